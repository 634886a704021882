import { clientsEvaluatedBy } from "./evaluated-clients.ts";

const clients = await clientsEvaluatedBy(process.argv[2] ?? "");
process.stdout.write(JSON.stringify(clients), () => process.exit());
