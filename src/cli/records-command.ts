import { Command, Option } from 'commander'
import { EVENTS } from '../kernel/event.ts'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

const OUTCOMES = ['answered', 'asked', 'tool_error', 'denied', 'failed', 'cancelled']

/** `bailiwick calls …`: what was called, for whom, and what became of it. */
export function callsCommand(run: Run): Command {
  const calls = new Command('calls').description('the records of calls')
  const list = calls
    .command('ls')
    .description('list calls, newest first')
    .option('--server <name>', 'of this server')
    .option('--target <name>', 'of this tool, prompt or resource')
    .addOption(new Option('--outcome <outcome>', 'that ended so').choices(OUTCOMES))
  addWhose(list)
    .option('--grant <id>', 'by tokens of this grant')
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/calls.ts')).callsList(context, options),
      ),
    )
  addPaging(list)
  calls
    .command('tail')
    .description('show records of calls as they are made, until interrupted')
    .addOption(
      new Option('-n, --lines <count>', 'calls to begin with')
        .argParser(count(0, 1_000))
        .default(10),
    )
    .option('--no-follow', 'end with the last record')
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/calls.ts')).callsTail(context, options),
      ),
    )
  calls
    .command('show')
    .description('show one call whole')
    .argument('<id>', 'id of the call')
    .option('--flow', 'draw where the values of its arguments came from', false)
    .action((id, { flow }, command) =>
      run(command, async (context) =>
        (await import('./commands/calls.ts')).callsShow(context, id, flow),
      ),
    )
  return calls
}

/** `bailiwick events …`: who logged in, what was consented to, issued, revoked and refused. */
export function eventsCommand(run: Run): Command {
  const events = new Command('events').description('the records of logins, grants, tokens and keys')
  const list = events
    .command('ls')
    .description('list events, newest first')
    .addOption(new Option('--event <name>', 'of this name').choices([...EVENTS]))
    .addOption(new Option('--outcome <outcome>', 'that ended so').choices(['done', 'refused']))
  addWhose(list).action((options, command) =>
    run(command, async (context) =>
      (await import('./commands/events.ts')).eventsList(context, options),
    ),
  )
  addPaging(list)
  events
    .command('show')
    .description('show one event whole')
    .argument('<id>', 'id of the event')
    .action((id, _, command) =>
      run(command, async (context) =>
        (await import('./commands/events.ts')).eventsShow(context, id),
      ),
    )
  return events
}

function addWhose(list: Command): Command {
  return list
    .option('--subject <subject>', 'for this subject: `user:ID` or `agent:ID`')
    .option('--client <id>', 'by this OAuth client; that of an agent has the id of the agent')
}

function addPaging(list: Command): void {
  list
    .option('--since <time>', 'from this time on, such as `2026-11-21T10:00:00Z`')
    .option('--before <time>', 'before this time')
    .addOption(new Option('--limit <count>', 'how many').argParser(count(1, 1_000)).default(50))
    .option('--cursor <cursor>', 'where the page before ended')
}
