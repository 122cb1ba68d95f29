import { Command, Option } from 'commander'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/sandbox.ts')

/** `bailiwick sandbox …`: what local servers can do on this machine, and what they were refused. */
export function sandboxCommand(run: Run): Command {
  const sandbox = new Command('sandbox').description('what local servers may do on this machine')
  sandbox
    .command('check')
    .description(
      'prove what a sandbox holds back on this machine; exits with 1 when it does not hold',
    )
    .option('--fresh', 'try again, whatever was proven since the machine was started', false)
    .action((options, command) =>
      run(command, async (context) => (await commands()).sandboxCheck(context, options)),
    )
  sandbox
    .command('show')
    .description('all that a server is started with, may do, and could do if it were tricked')
    .argument('<server>', 'name of the server')
    .action((name, _, command) =>
      run(command, async (context) => (await commands()).sandboxShow(context, name)),
    )
  sandbox
    .command('denials')
    .description('list what servers were refused, newest first; exits with 1 when there is any')
    .option('--server <name>', 'of this server')
    .option('--since <time>', 'from this time on, such as `2026-11-21T10:00:00Z`')
    .addOption(new Option('--limit <count>', 'how many').argParser(count(1, 1_000)).default(50))
    .action((options, command) =>
      run(command, async (context) => (await commands()).sandboxDenials(context, options)),
    )
  sandbox
    .command('learn')
    .description('propose settings from what a server reached for; nothing is allowed by it')
    .argument('<server>', 'name of the server')
    .addOption(
      new Option('--seconds <count>', 'start it, confined, and watch it for so long').argParser(
        count(1, 3_600),
      ),
    )
    .option('--write', 'after a question, write the proposal into the configuration', false)
    .option('--yes', 'write it without the question', false)
    .action((name, options, command) =>
      run(command, async (context) => (await commands()).sandboxLearn(context, name, options)),
    )
  sandbox
    .command('render')
    .description('print how another backend would confine a server; nothing is started')
    .argument('<server>', 'name of the server')
    .addOption(
      new Option('--backend <backend>', 'for which')
        .choices(['container', 'kubernetes', 'seatbelt'])
        .makeOptionMandatory(),
    )
    .option('--image <image>', 'container image, with its digest')
    .option('--out <folder>', 'write all files into this folder, instead of printing the first')
    .action((name, options, command) =>
      run(command, async (context) => (await commands()).sandboxRender(context, name, options)),
    )
  return sandbox
}
