import type { Installation } from '../../packages/packages.ts'
import type { Context } from '../context.ts'
import { reviewOf } from '../sandbox/start-up-text.ts'
import { paint, printable, talk } from '../terminal.ts'
import { agrees } from './ask.ts'
import { compared, comparedText } from './compare.ts'
import { entryText } from './entry-text.ts'
import type { OpenPackages, PackageServer } from './open-packages.ts'

export interface InstallCommand {
  readonly yes: boolean
  /** Whether it is looked for anew, also when something fitting is there. */
  readonly fresh: boolean
}

/**
 * Installs the package of one server. What is installed first is asked about here; what changed waits for
 * `packages approve`, which shows the difference.
 */
export async function installOne(
  context: Context,
  { packages, by }: OpenPackages,
  server: PackageServer,
  { yes, fresh }: InstallCommand,
): Promise<Installation> {
  const { name, wish } = server
  announce(context, server)
  const tell = (step: string) => talk(context, paint(context, 'dim', printable(`  ${step} …`)))
  const how = { tell, signal: context.signal }
  const done = await (fresh ? packages.update(name, wish, how) : packages.install(name, wish, how))
  const { entry } = done
  if (entry.state !== 'pending') return done
  for (const text of entryText(context, entry)) talk(context, text)
  if (done.before !== undefined || entry.changes.length > 0) {
    const seen = await compared(packages, await packages.list(name), entry)
    for (const text of comparedText(seen)) talk(context, text)
    talk(context, printable(`it waits: \`bailiwick packages approve ${name}\` lets it run`))
    return done
  }
  if (!(await agrees(context, printable(`run it as \`${name}\` from now on`), yes))) return done
  const decided = { state: 'approved', by, reason: 'first installation' } as const
  return { ...done, entry: (await packages.decide(name, entry.id, decided)) ?? entry }
}

/** What will be started, whole, and what stands out in it. */
function announce(context: Context, { name, command, wish }: PackageServer): void {
  talk(context, paint(context, 'bold', printable(name)))
  talk(context, printable(`  start: ${command.map(quoted).join(' ')}`))
  talk(
    context,
    printable(`  package: ${wish.ecosystem}:${wish.name} ${wish.version ?? '(any version)'}`),
  )
  for (const { risk, text } of reviewOf(command)) {
    const word = paint(context, risk === 'high' ? 'red' : 'yellow', risk)
    talk(context, `  ${word}  ${printable(text)}`)
  }
}

/** As JSON, where a text is not one plain word. */
function quoted(text: string): string {
  return /^[A-Za-z0-9@%+=:,./_^~-]+$/.test(text) ? text : JSON.stringify(text)
}
