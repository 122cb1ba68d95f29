import { type ReactNode, useState } from 'react'
import type { Input } from '../../api/call.ts'
import { useChange } from '../../api/queries.ts'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { DialogEnd } from '../../design/dialog.tsx'
import { CheckField, Field, Form } from '../../design/form.tsx'
import { Select } from '../../design/select.tsx'
import { EditRoles, rolesOf } from './edit-roles.tsx'
import type { Tool } from './server-state.ts'

type Classes = Omit<Input<'tools.classify'>, 'server' | 'tool' | 'version'>

const EFFECTS = {
  read: 'hands out data',
  write: 'changes data',
  delete: 'takes data away',
  execute: 'runs code or commands',
  send: 'sends something to others',
  pay: 'moves money',
  admin: 'changes rights or settings',
} as const satisfies Record<Classes['effects'][number], string>

const READS = {
  public: 'anybody may know it',
  internal: 'for people of the organisation',
  confidential: 'for some of them',
  secret: 'for very few',
  personal: 'about people',
  financial: 'about money',
  credentials: 'keys and passwords',
  source: 'source code',
} as const satisfies Record<Classes['reads'][number], string>

const RISKS = [
  { value: 'low', label: 'low' },
  { value: 'medium', label: 'medium' },
  { value: 'high', label: 'high' },
] as const
const TRUSTS = [
  { value: 'trusted', label: 'trusted: written by people whom we trust' },
  { value: 'members', label: 'members: written by people of the organisation' },
  { value: 'untrusted', label: 'untrusted: anybody may have written them' },
] as const

/** States what a tool does. */
export function EditClasses({
  server,
  tool,
  onDone,
}: {
  readonly server: string
  readonly tool: Tool
  readonly onDone: () => void
}): ReactNode {
  // What the person looked at when they began: what others state meanwhile is not overwritten.
  const [seen, setSeen] = useState(tool)
  const [classes, setClasses] = useState<Classes>(() => classesOf(tool))
  const change = useChange('tools.classify', { touches: ['servers'] })
  const set = (next: Partial<Classes>): void => setClasses({ ...classes, ...next })
  const submit = (): void =>
    change.mutate(
      { ...classes, server, tool: tool.name, version: seen.version },
      {
        onSuccess: () => {
          say('Stated', `Policies go by it from the next call of ${tool.name} on.`)
          onDone()
        },
      },
    )
  const conflict = change.error?.code === 'version_conflict'
  const again = (mine: Classes): void => {
    setSeen(tool)
    setClasses(mine)
    change.reset()
  }
  return (
    <Form error={change.error} onSubmit={submit}>
      {conflict && (
        <Conflict
          tool={tool}
          onMine={() => again(classes)}
          onTheirs={() => again(classesOf(tool))}
        />
      )}
      <Boxes
        title="Effects"
        words={EFFECTS}
        chosen={classes.effects}
        onChange={(effects) => set({ effects })}
      />
      <Boxes
        title="Kinds of data that it hands out"
        words={READS}
        chosen={classes.reads}
        onChange={(reads) => set({ reads })}
      />
      <div className="servers-pair">
        <Field name="risk" label="Risk">
          {() => (
            <Select
              label="Risk"
              value={classes.risk}
              choices={RISKS}
              onChange={(risk) => set({ risk: risk as Classes['risk'] })}
            />
          )}
        </Field>
        <Field name="trust" label="Its results">
          {() => (
            <Select
              label="Its results"
              value={classes.trust}
              choices={TRUSTS}
              onChange={(trust) => set({ trust: trust as Classes['trust'] })}
            />
          )}
        </Field>
      </div>
      <CheckField
        checked={classes.reversible}
        label="What it does can be undone"
        onChange={(reversible) => set({ reversible })}
      />
      {tool.of === undefined && (
        <EditRoles tool={tool} roles={classes.roles ?? {}} onChange={(roles) => set({ roles })} />
      )}
      <DialogEnd>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          type="submit"
          look="main"
          busy={change.isPending}
          disabled={conflict || classes.effects.length === 0}
        >
          State it
        </Button>
      </DialogEnd>
    </Form>
  )
}

/** Somebody else was faster. */
function Conflict({
  tool,
  onMine,
  onTheirs,
}: {
  readonly tool: Tool
  readonly onMine: () => void
  readonly onTheirs: () => void
}): ReactNode {
  const { effects, risk, reads, trust } = tool.classification
  return (
    <div className="servers-conflict">
      <p>
        Nothing was changed. While this was open{' '}
        {tool.stated === undefined ? (
          'it was taken back'
        ) : (
          <>
            <code>{tool.stated.by}</code> stated it
          </>
        )}
        . By now it counts as <b>{effects.join(', ')}</b>, risk <b>{risk}</b>, reads{' '}
        <b>{reads.length === 0 ? 'nothing said' : reads.join(', ')}</b>, results <b>{trust}</b>.
      </p>
      <div className="actions">
        <Button onClick={onTheirs}>Take theirs into the form</Button>
        <Button onClick={onMine}>Keep mine, and state it over theirs</Button>
      </div>
    </div>
  )
}

function Boxes<T extends string>({
  title,
  words,
  chosen,
  onChange,
}: {
  readonly title: string
  readonly words: Readonly<Record<T, string>>
  readonly chosen: readonly T[]
  readonly onChange: (chosen: T[]) => void
}): ReactNode {
  const all = Object.keys(words) as T[]
  return (
    <fieldset className="servers-boxes">
      <legend className="field-label">{title}</legend>
      {all.map((one) => (
        <CheckField
          key={one}
          checked={chosen.includes(one)}
          label={one}
          hint={words[one]}
          onChange={(checked) =>
            onChange(all.filter((other) => (other === one ? checked : chosen.includes(other))))
          }
        />
      ))}
    </fieldset>
  )
}

function classesOf(tool: Tool): Classes {
  const { effects, reversible, risk, reads, trust } = tool.classification
  const classes = { effects, reversible, risk, reads, trust }
  // The arguments of a tool that narrows another are those of the other.
  return tool.of === undefined ? { ...classes, roles: rolesOf(tool), fields: tool.fields } : classes
}
