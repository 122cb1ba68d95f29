import { Command, Option } from 'commander'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/vault.ts')

/** `bailiwick vault …`: the keys that seal credentials. */
export function vaultCommand(run: Run): Command {
  const vault = new Command('vault').description(
    'the keys that seal credentials for servers; shows none of them',
  )
  vault
    .command('check')
    .description(
      'prove who keeps the keys, and try some credentials; exits with 1 when one does not open',
    )
    .action((_, command) => run(command, async (context) => (await commands()).vaultCheck(context)))
  vault
    .command('rotate')
    .description(
      'make a new key where the keeper can, and bring all credentials under the current one, also beside a running gateway; exits with 1 when one does not open',
    )
    .option('--rewrap-only', 'make no new key', false)
    .addOption(
      new Option('--keep-days <days>', 'how long an old key is kept that nothing needs')
        .argParser(count(0, 3_650))
        .default(30),
    )
    .action((options, command) =>
      run(command, async (context) => (await commands()).vaultRotate(context, options)),
    )
  return vault
}
