import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import resourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { messageOf } from "../../../runtime/errors.ts";

const { Struct } = structProto;
const { Empty } = emptyProto;

/** A resource as the program asks for it. */
export interface RegisterRequest {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly custom: boolean;
  readonly dependencies: readonly string[];
  /** Those of them whose outputs it uses. */
  readonly usedDependencies: readonly string[];
  /** In Pulumi's own encoding. */
  readonly object: Record<string, unknown>;
}

/** What answers the program's calls. An error becomes the call's error. */
export interface EngineCalls {
  registerResource(request: RegisterRequest): Promise<{ urn: string; id: string; object: Record<string, unknown> }>;
  registerResourceOutputs(urn: string, outputs: Record<string, unknown>): void;
  invoke(token: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>>;
  log(severity: "debug" | "info" | "warning" | "error", message: string): void;
}

const SEVERITIES = ["debug", "info", "warning", "error"] as const;

/** Only secrets: everything newer has an older form that says all this engine needs. */
const FEATURES = ["secrets"];

/** Serves Pulumi's ResourceMonitor and Engine on a port of this machine alone. */
export async function serve(calls: EngineCalls): Promise<{ address: string; close: () => void }> {
  const server = new Server();
  server.addService(resourceRpc.ResourceMonitorService, {
    supportsFeature: unary(async (request: InstanceType<typeof resourceProto.SupportsFeatureRequest>) => {
      const response = new resourceProto.SupportsFeatureResponse();
      response.setHassupport(FEATURES.includes(request.getId()));
      return response;
    }),
    registerResource: unary(async (request: InstanceType<typeof resourceProto.RegisterResourceRequest>) => {
      const { urn, id, object } = await calls.registerResource({
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        custom: request.getCustom(),
        dependencies: request.getDependenciesList(),
        usedDependencies: usedIn(request),
        object: toObject(request.getObject()),
      });
      const response = new resourceProto.RegisterResourceResponse();
      response.setUrn(urn);
      response.setId(id);
      response.setObject(toStruct(object));
      return response;
    }),
    registerResourceOutputs: unary(
      async (request: InstanceType<typeof resourceProto.RegisterResourceOutputsRequest>) => {
        calls.registerResourceOutputs(request.getUrn(), toObject(request.getOutputs()));
        return new Empty();
      },
    ),
    invoke: unary(async (request: InstanceType<typeof resourceProto.ResourceInvokeRequest>) => {
      const response = new resourceProto.ResourceInvokeResponse();
      response.setReturn(toStruct(await calls.invoke(request.getTok(), toObject(request.getArgs()))));
      return response;
    }),
    signalAndWaitForShutdown: unary(async () => new Empty()),
  });
  let root = "";
  server.addService(engineRpc.EngineService, {
    log: unary(async (request: InstanceType<typeof engineProto.LogRequest>) => {
      calls.log(SEVERITIES[request.getSeverity()] ?? "info", request.getMessage());
      return new Empty();
    }),
    getRootResource: unary(async () => {
      const response = new engineProto.GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
    setRootResource: unary(async (request: InstanceType<typeof engineProto.SetRootResourceRequest>) => {
      root = request.getUrn();
      return new engineProto.SetRootResourceResponse();
    }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  const port = await promise;
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

function unary<Request, Response>(answer: (request: Request) => Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>) => {
    try {
      respond(null, await answer(call.request));
    } catch (error) {
      respond({ code: status.INVALID_ARGUMENT, message: messageOf(error) });
    }
  };
}

type Values = InstanceType<typeof Struct>;

function toObject(struct: Values | undefined): Record<string, unknown> {
  return (struct?.toJavaScript() ?? {}) as Record<string, unknown>;
}

function toStruct(object: Record<string, unknown>): Values {
  // The round trip drops what is undefined, for which a Struct has no value.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(object)));
}

/** The resources whose outputs a resource's inputs are made of. */
function usedIn(request: InstanceType<typeof resourceProto.RegisterResourceRequest>): string[] {
  const used: string[] = [];
  request.getPropertydependenciesMap().forEach((dependencies) => {
    used.push(...dependencies.getUrnsList());
  });
  return used;
}
