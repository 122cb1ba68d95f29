import { Command, Option } from 'commander'
import { collect } from './collect-option.ts'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

/** `bailiwick policy …`: what people do with policies before and after they are in force. */
export function policyCommand(run: Run): Command {
  const policy = new Command('policy').description('write, prove and explain policies')
  addWriting(policy, run)
  addProving(policy, run)
  addAsking(policy, run)
  return policy
}

/** What looks at the texts of policies alone. */
function addWriting(policy: Command, run: Run): void {
  policy
    .command('init')
    .description(
      'copy a pack of policies into a folder of yours; without a pack, list what there is',
    )
    .argument('[pack]', 'name of the pack')
    .option('--server <name>', 'the server that it is about, as your configuration names it')
    .option('--into <folder>', 'where to put it', './policies')
    .action((pack, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-init.ts')).policyInit(context, pack, options),
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
  policy
    .command('format')
    .description('write policy files as Cedar formats them; comments stay')
    .argument('<files...>', '`.cedar` files')
    .option('--check', 'change nothing; say which files would change', false)
    .action((files, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-format.ts')).policyFormat(context, files, options),
      ),
    )
}

/** What shows that policies do what is meant, before they are in force. */
function addProving(policy: Command, run: Run): void {
  policy
    .command('test')
    .description('run the tests beside policies, the files whose names end in `.test.yaml`')
    .argument('[policies...]', 'starters by name, folders with a `/`; else those in force')
    .option(
      '--mutations',
      'also break each policy in small ways, to see whether a test notices',
      false,
    )
    .action((names, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-test.ts')).policyTest(context, names, options),
      ),
    )
  policy
    .command('simulate')
    .description('replay recorded calls against a draft, and list every verdict that flips')
    .argument(
      '[policies...]',
      'the draft: starters by name, folders with a `/`; else those in force',
    )
    .option('--server <name>', 'calls of this server only')
    .option('--subject <subject>', 'calls for this subject only: `user:ID` or `agent:ID`')
    .option('--group <name>', 'as if they had been in this group, repeatable', collect, [])
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
    .command('diff')
    .description('say what a draft changes: policies, guards, limits, and who can call what')
    .argument('<policies...>', 'the draft: starters by name, folders with a `/`')
    .option(
      '--subject <subject>',
      '`user:ID` or `agent:ID`, repeatable; else the owner',
      collect,
      [],
    )
    .option('--group <name>', 'as if they were in this group, repeatable', collect, [])
    .option('--offline', 'do not ask the servers what they offer', false)
    .action((names, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-diff.ts')).policyDiffCommand(context, names, options),
      ),
    )
}

/** What says who may do what, and why. */
function addAsking(policy: Command, run: Run): void {
  policy
    .command('explain')
    .description('say why a recorded call was decided as it was, and what would change that')
    .argument('<call>', 'id of the call')
    .argument('[policies...]', 'explain it by these, instead of those in force')
    .option('--group <name>', 'as if the subject had been in this group, repeatable', collect, [])
    .action((call, names, { group }, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-explain.ts')).policyExplain(context, call, names, group),
      ),
    )
  policy
    .command('matrix')
    .description('show who can call what: always, with some arguments, once approved, never')
    .argument('[policies...]', 'starters by name, folders with a `/`; else those in force')
    .option(
      '--subject <subject>',
      '`user:ID` or `agent:ID`, repeatable; else the owner',
      collect,
      [],
    )
    .option('--group <name>', 'as if they were in this group, repeatable', collect, [])
    .option('--server <name>', 'tools of this server only')
    .action((names, options, command) =>
      run(command, async (context) =>
        (await import('./commands/policy-matrix.ts')).policyMatrix(context, names, options),
      ),
    )
}
