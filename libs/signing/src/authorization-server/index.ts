export {
  AuthorizationServer,
  type AuthorizationAnswer,
  type AuthorizationServerOptions,
  type AuthorizedRequest,
  type RegisteredClient,
  type TokenAdmission,
} from './authorization-server.ts';
