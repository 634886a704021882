import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Where a stack's services are. */
export interface Place {
  readonly region: string;
  /** Of the machine that serves it. Default: AWS, with the credentials of the environment. */
  readonly endpoint?: string;
}

export interface Clients extends Disposable {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
}

/** Throttles are waited for: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const MAX_ATTEMPTS = 8;

/** Any will do: the machine's owner may do everything there. */
const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export function connect({ region, endpoint }: Place): Clients {
  const local = endpoint ? { endpoint, credentials: LOCAL_CREDENTIALS } : {};
  const settings = { region, maxAttempts: MAX_ATTEMPTS, ...local };
  const s3 = new S3Client({ ...settings, forcePathStyle: endpoint !== undefined });
  const sqs = new SQSClient(settings);
  return {
    s3,
    sqs,
    [Symbol.dispose]: () => {
      s3.destroy();
      sqs.destroy();
    },
  };
}
