import { Command, Option } from 'commander'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

/** `bailiwick redteam …`: attacks on a gateway that is there for nothing else. */
export function redteamCommand(run: Run): Command {
  const redteam = new Command('redteam').description('try attacks, on a gateway of its own')
  redteam
    .command('replay')
    .description(
      'replay recorded runs of agents that obey every word, and count what reaches servers. Needs no gateway, and touches none. Exits with 1 when an attack was executed',
    )
    .argument(
      '<folder>',
      'folder with `flows-tools`, `flows-benign` and `flows-traces`, each `.jsonl` or `.jsonl.gz`',
    )
    .option('--suite <name>', 'only runs of this suite')
    .addOption(
      new Option('--policies <sets>', 'the policies that decide, with commas between them')
        .argParser((text: string) => text.split(','))
        .default(['balanced', 'flow', 'acting'], 'balanced,flow,acting'),
    )
    .option(
      '--approve-tasks',
      'in attacked runs a person approves what the user’s own task needs, and nothing that the attack wants',
      false,
    )
    .addOption(
      new Option('--limit <count>', 'at most so many runs of each kind and suite').argParser(
        count(1, 1_000_000),
      ),
    )
    .action((folder, options, command) =>
      run(command, async (context) =>
        (await import('./commands/redteam-replay.ts')).redteamReplay(context, folder, options),
      ),
    )
  return redteam
}
