import { Command, Option } from 'commander'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

/** `bailiwick policy …`: what people do with policies before and after they are in force. */
export function policyCommand(run: Run): Command {
  const policy = new Command('policy').description('write, prove and explain policies')
  policy
    .command('simulate')
    .description('replay recorded calls against a draft, and list every verdict that flips')
    .argument(
      '[policies...]',
      'the draft: starters by name, folders with a `/`; else those in force',
    )
    .option('--server <name>', 'calls of this server only')
    .addOption(
      new Option('--last <count>', 'only the last so many calls').argParser(count(1, 100_000_000)),
    )
    .option('--since <time>', 'from this time on, such as `2026-11-21T10:00:00Z`')
    .option('--before <time>', 'before this time')
    .action((names, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-simulate.ts')).policySimulate(context, names, options),
      ),
    )
  policy
    .command('explain')
    .description('say why a recorded call was decided as it was, and what would change that')
    .argument('<call>', 'id of the call')
    .argument('[policies...]', 'explain it by these, instead of those in force')
    .action((call, names, _, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-explain.ts')).policyExplain(context, call, names),
      ),
    )
  policy
    .command('lint')
    .description('find what is wrong with policies, and what is probably not meant')
    .argument('[policies...]', 'starters by name, folders with a `/`; else those in force')
    .option('--offline', 'do not ask the servers what they offer', false)
    .action((names, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-lint.ts')).policyLint(context, names, options),
      ),
    )
  return policy
}
