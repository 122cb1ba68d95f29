import { Command, Option } from 'commander'
import { collect } from './collect-option.ts'
import type { Run } from './program.ts'

/** `bailiwick posture`: how the servers that hosts use stand. */
export function postureCommand(run: Run): Command {
  return new Command('posture')
    .description(
      'score how the servers that hosts of this machine use are set up, with the sum and what to do; starts nothing, asks nobody. Exits with 1 when something is not as it should be',
    )
    .option('--host <id>', 'of this host alone')
    .option('--project <folder>', 'also files of this project (can be repeated)', collect, [])
    .option('--server <name>', 'say what can happen through servers of this name')
    .addOption(new Option('--sarif', 'findings as SARIF 2.1.0').default(false))
    .addOption(
      new Option('--cyclonedx <version>', 'the servers as a bill of materials')
        .choices(['1.6', '1.7'])
        .conflicts('sarif'),
    )
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/posture.ts')).showPosture(context, options),
      ),
    )
}
