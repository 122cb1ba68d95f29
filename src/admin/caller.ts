import type { Sender } from '../kernel/authentication.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Actor } from '../kernel/event.ts'
import { type Permission, permissionsOf, type Role, rolesOf } from '../kernel/role.ts'
import { within } from '../kernel/scope.ts'
import { type Subject, subjectName } from '../kernel/subject.ts'

/** Who asks something of the control plane. */
export interface Caller {
  readonly subject: Subject
  readonly actor: Actor
  readonly roles: readonly Role[]
  readonly permissions: ReadonlySet<Permission>
  /**
   * `session`: a browser in which a person logged in. `token`: a program with a person's or an agent's
   * token; nobody knows whether a person is in front of it.
   */
  readonly way: 'session' | 'token'
  /** How the person proved who they are (RFC 8176). */
  readonly methods: readonly string[]
}

/** Makes it of a verified sender. */
export function callerOf({ subject, authorization }: Sender, way: Caller['way']): Caller {
  const { client, grant, methods } = authorization
  const roles = rolesOf(subject)
  return {
    subject,
    actor: { subject: subjectName(subject), client, grant },
    roles,
    permissions: permissionsOf(roles),
    way,
    methods,
  }
}

/** @throws GatewayError `role_insufficient`. */
export function requirePermission({ permissions }: Caller, needed: Permission): void {
  if (!permissions.has(needed))
    throw new GatewayError('role_insufficient', `your roles do not allow this (${needed})`)
}

/** @throws GatewayError `scope_insufficient` with the scope that is needed. */
export function requireLevel(
  { authorization }: Pick<Sender, 'authorization'>,
  level: 'read' | 'write',
): void {
  if (!within([level], authorization.scopes))
    throw new GatewayError('scope_insufficient', `this needs the scope \`${level}\``, {
      data: { scopes: [level] },
    })
}
