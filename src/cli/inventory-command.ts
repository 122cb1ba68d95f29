import { Command } from 'commander'
import { collect } from './collect-option.ts'
import type { Run } from './program.ts'

/** `bailiwick inventory`: what the programs on this machine are configured to use. */
export function inventoryCommand(run: Run): Command {
  return new Command('inventory')
    .description(
      'list the MCP servers that programs on this machine are configured to use; nothing is changed or started; exits with 1 when a file could not be read',
    )
    .option('--host <host>', 'only this program, such as `cursor`; may be given again', collect, [])
    .option(
      '--project <folder>',
      'look into this project, instead of the current folder; may be given again',
      collect,
      [],
    )
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/inventory.ts')).inventory(context, options),
      ),
    )
}
