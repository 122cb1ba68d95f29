export { type AuthorizationServer, openAuthorizationServer } from './engine/authorization-server.ts'
