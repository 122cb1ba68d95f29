import { Command } from 'commander'
import { collect } from './collect-option.ts'
import type { Run } from './program.ts'

/** `bailiwick adopt`: servers that hosts use come behind the gateway. */
export function adoptCommand(run: Run): Command {
  return new Command('adopt')
    .description(
      'bring servers that hosts use behind the gateway: secrets into the vault, servers into the configuration, and the hosts to the gateway; exits with 1 when something failed',
    )
    .option('--host <id>', 'of this host alone')
    .option('--server <name>', 'entries of this name alone')
    .option('--project <folder>', 'also files of this project (can be repeated)', collect, [])
    .option('--connect', 'let hosts start `bailiwick connect`, also where they speak HTTP', false)
    .option('--dry-run', 'show what would change, secrets masked, and write nothing', false)
    .option('--yes', 'do not ask', false)
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/adopt.ts')).adopt(context, options),
      ),
    )
}

/** `bailiwick release`: the way back. */
export function releaseCommand(run: Run): Command {
  return new Command('release')
    .description(
      'put entries of hosts back as they were before `adopt`, byte for byte; what else was edited stays; exits with 1 when one could not be put back',
    )
    .option('--host <id>', 'of this host alone')
    .option('--file <file>', 'of this file alone')
    .option('--server <name>', 'entries of this name alone')
    .option('--remove', 'take out of gateway and vault what no entry uses any more', false)
    .option('--dry-run', 'show what would change, secrets masked, and write nothing', false)
    .option('--yes', 'do not ask', false)
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/release.ts')).releaseEntries(context, options),
      ),
    )
}
