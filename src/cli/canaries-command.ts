import { Command, Option } from 'commander'
import { CANARY_KINDS } from '../kernel/canary.ts'
import { asOwner, paged } from './identity-commands.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/canaries.ts')

/** `bailiwick canaries …`: decoys, and where they turned up. */
export function canariesCommand(run: Run): Command {
  const canaries = new Command('canaries').description('decoys, and where they turned up')
  asOwner(
    canaries
      .command('plant')
      .description('make a decoy: its value is shown once, or written into a new file')
      .addOption(
        new Option('--kind <kind>', 'what it looks like')
          .choices(CANARY_KINDS)
          .makeOptionMandatory(),
      )
      .option('--place <text>', 'where it is put, in your words (default: the file)')
      .option('--file <path>', 'write it into this new file, in the form that its name tells')
      .option('--server <name>', 'the server in whose reach it lies')
      .option('--principal <subject>', 'whose data it stands among: `user:ID` or `agent:ID`'),
  ).action((options, command) =>
    run(command, async (context) => (await commands()).canariesPlant(context, options)),
  )
  paged(
    canaries.command('ls').description('list the planted decoys; what they are is not shown'),
  ).action((options, command) =>
    run(command, async (context) => (await commands()).canariesList(context, options)),
  )
  paged(
    canaries
      .command('sightings')
      .description('list where decoys turned up; exits with 1 when one did')
      .argument('[id]', 'one decoy'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).canariesSightings(context, id, options)),
  )
  asOwner(
    canaries
      .command('retire')
      .description('retire a decoy: it no longer counts')
      .argument('<id>', 'id of the decoy'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).canariesRetire(context, id, options)),
  )
  return canaries
}
