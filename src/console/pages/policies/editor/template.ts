import type { Files } from './draft.ts'

/** What a first version begins with: it permits nothing that is denied now, and its tests pass. */
export const TEMPLATE: Files = {
  'people-decide.cedar': `// What takes something away waits for a person.
@id("deletes-need-a-person")
@reason("this deletes something")
@remedy("wait for approval, or keep it")
@liftedBy("approval")
@approvers("self group:owners")
forbid (
  principal,
  action == Action::"call",
  resource is Tool
)
when { resource.effects.contains("delete") }
unless { context.approval.granted };
`,
  'people-decide.test.yaml': `name: people decide
policies: own
defaults: { subject: agent:helper, server: files, tool: remove_file, arguments: {} }
tests:
  - name: a delete waits
    effects: [delete]
    expect: deny
    by: [deletes-need-a-person]
  - name: nothing is permitted by it
    effects: [read]
    expect: deny
    by: [no-permit]
`,
}

const BEGIN: Readonly<Record<string, string>> = {
  cedar: `@id("")
@reason("")
forbid (principal, action == Action::"call", resource);
`,
  test: `name: 
tests: []
`,
  yaml: `guards: {}
limits: {}
`,
}

/** What a new file of this name begins with. */
export function beginOf(name: string): string {
  if (name.endsWith('.cedar')) return BEGIN['cedar'] ?? ''
  return BEGIN[name.endsWith('.test.yaml') ? 'test' : 'yaml'] ?? ''
}
