import { OWNERS, type Subject } from './subject.ts'

/**
 * What people are to the control plane. Whoever has several roles may do what any of them may. Everybody
 * who is a user is a member.
 */
export const ROLES = ['owner', 'operator', 'approver', 'auditor', 'member'] as const
export type Role = (typeof ROLES)[number]

/** The group that gives a role; everybody is a member. */
const GROUP_OF: Readonly<Record<Exclude<Role, 'member'>, string>> = {
  owner: OWNERS,
  operator: 'operators',
  approver: 'approvers',
  auditor: 'auditors',
}

/** What an operation of the control plane needs. */
export const PERMISSIONS = [
  /** What is one's own: access, requests, sessions; answers to what one was asked. */
  'self',
  /** Posture, servers, tools, traffic in numbers, calls without what they carried. */
  'look',
  /** What calls carried: arguments, results, requests for approval in full. */
  'bodies',
  'servers.write',
  'policies.write',
  'identity.read',
  'identity.write',
  'approvals.read',
  'approvals.decide',
  'records.verify',
  'records.export',
  'settings.write',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/**
 * What each role may. Who runs the gateway does not read what people's calls carry; who reads it changes
 * nothing; who approves sees what they are asked about.
 */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: PERMISSIONS,
  operator: [
    'self',
    'look',
    'servers.write',
    'policies.write',
    'identity.read',
    'records.verify',
    'settings.write',
  ],
  approver: ['self', 'look', 'approvals.read', 'approvals.decide'],
  auditor: [
    'self',
    'look',
    'bodies',
    'identity.read',
    'approvals.read',
    'records.verify',
    'records.export',
  ],
  member: ['self'],
}

/** Roles that a machine identity can have: none that gives rights to others, or answers for people. */
const FOR_AGENTS: readonly Role[] = ['operator', 'auditor']

/**
 * The roles of a subject at this moment. Whoever runs the machine is an owner; nobody who is acted for
 * by somebody else has a role, since that is the actor's doing.
 */
export function rolesOf({
  kind,
  via,
  groups,
  actors,
}: Pick<Subject, 'kind' | 'via' | 'groups' | 'actors'>): readonly Role[] {
  if (actors.length > 0) return []
  if (kind === 'user' && via === 'operator') return ['owner', 'member']
  const named = ROLES.filter((role) => role !== 'member' && groups.includes(GROUP_OF[role]))
  return kind === 'user' ? [...named, 'member'] : named.filter((role) => FOR_AGENTS.includes(role))
}

/** Everything that roles allow together. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]))
}
