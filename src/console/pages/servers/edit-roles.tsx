import type { ReactNode } from 'react'
import type { Input } from '../../api/call.ts'
import { Select } from '../../design/select.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Tool } from './server-state.ts'

export type Roles = NonNullable<Input<'tools.classify'>['roles']>
type Role = Roles[string]

const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'destination', label: 'destination: where something goes' },
  { value: 'selector', label: 'selector: which thing is meant' },
  { value: 'content', label: 'content: what is written or sent' },
  { value: 'credential', label: 'credential: what opens an account' },
  { value: 'proof', label: 'proof: a one-time code' },
  { value: 'command', label: 'command: what is run' },
  { value: 'setting', label: 'setting: all else' },
]
const INFERRED = 'inferred'

/** States what the arguments of a tool decide; policies on flows go by it. */
export function EditRoles({
  tool,
  roles,
  onChange,
}: {
  readonly tool: Pick<Tool, 'arguments'>
  readonly roles: Roles
  readonly onChange: (roles: Roles) => void
}): ReactNode {
  if (tool.arguments.length === 0) return null
  const set = (name: string, value: string): void => {
    const { [name]: _, ...rest } = roles
    onChange(value === INFERRED ? rest : { ...rest, [name]: value as Role })
  }
  return (
    <fieldset className="servers-roles">
      <legend className="field-label">What its arguments decide</legend>
      {tool.arguments.map(({ name, role, said }) => (
        <div key={name} className="servers-role">
          <code>
            <VisibleText text={name} />
          </code>
          <Select
            label={`Role of ${name}`}
            value={roles[name] ?? INFERRED}
            choices={[
              { value: INFERRED, label: said ? 'inferred' : `inferred: ${role}` },
              ...ROLES,
            ]}
            onChange={(value) => set(name, value)}
          />
        </div>
      ))}
    </fieldset>
  )
}

/** What people said of the roles so far. */
export function rolesOf(tool: Pick<Tool, 'arguments'>): Roles {
  return Object.fromEntries(
    tool.arguments.flatMap(({ name, role, said }) => (said ? [[name, role] as const] : [])),
  )
}
