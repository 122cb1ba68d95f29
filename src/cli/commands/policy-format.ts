import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { formatPolicies } from '../../policy/format.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { printable, show } from '../terminal.ts'

/** `bailiwick policy format FILES...`: every file is read and understood before the first is written. */
export async function policyFormat(
  context: Context,
  files: readonly string[],
  { check }: { readonly check: boolean },
): Promise<Exit> {
  const all = files.map((name) => {
    const file = resolve(context.cwd, name)
    const text = read(file)
    return { file, text, formatted: formatPolicies({ file, text }) }
  })
  const changed = all.filter(({ text, formatted }) => text !== formatted)
  if (!check) for (const { file, formatted } of changed) writeFileSync(file, formatted)
  await show(context, { changed: changed.map(({ file }) => file), written: !check }, () =>
    changed.map(({ file }) => `${check ? 'would change' : 'formatted'} ${printable(file)}`),
  )
  return check && changed.length > 0 ? 'findings' : 'ok'
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CommandError(`the file \`${file}\` cannot be read`, {
      exit: 'usage',
      fix: 'name files of Cedar policies',
      cause,
    })
  }
}
