import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Where the AWS SDK finds credentials in a bundle: in the environment alone, where Lambda puts those of a function's role
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
 */
export const defaultProvider = () => fromEnv();
