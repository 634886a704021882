/** `npm run new -- NAME`: begins a transform. */
import { messageOf } from "../../runtime/errors.ts";
import { newTransform, nextCommands } from "./new-transform.ts";

try {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || rest.length > 0)
    throw new TypeError(`Expected npm run new -- NAME, received ${process.argv.length - 2} names.`);
  await newTransform(name, "transforms");
  console.log([`transforms/${name}.ts is a transform. Change it, then:`, "", ...nextCommands(name)].join("\n"));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
