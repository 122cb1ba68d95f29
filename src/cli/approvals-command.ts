import { Command, Option } from 'commander'
import { APPROVAL_STATES } from '../kernel/approval.ts'
import { asOwner, paged } from './identity-commands.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/approvals.ts')

/** `bailiwick approvals …`: calls that wait for people, and their answers. */
export function approvalsCommand(run: Run): Command {
  const approvals = new Command('approvals').description('calls that wait for people')
  addReading(approvals, run)
  addAnswers(approvals, run)
  addPatterns(approvals, run)
  return approvals
}

function addReading(approvals: Command, run: Run): void {
  paged(
    approvals
      .command('ls')
      .description(
        'list requests for approval, newest first; those that wait, unless asked for others',
      )
      .addOption(
        new Option('--state <state>', 'that are so; `all` for any')
          .choices([...APPROVAL_STATES, 'all'])
          .default('pending'),
      )
      .option('--server <name>', 'for calls of this server')
      .option('--mine', 'that wait for the answer of the person, or are about their calls', false),
  ).action((options, command) =>
    run(command, async (context) => (await commands()).approvalsList(context, options)),
  )
  asOwner(
    approvals
      .command('show')
      .description(
        'show a request with the whole call: what will happen, for whom, and why it waits',
      )
      .argument('<id>', 'id of the request'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).approvalsShow(context, id, options)),
  )
}

function addAnswers(approvals: Command, run: Run): void {
  asOwner(
    approvals
      .command('approve')
      .description(
        'open a request in the browser, where a person approves it, and wait until it is decided: a command is no person, an agent with a shell could run it',
      )
      .argument('<id>', 'id of the request')
      .option('--no-browser', 'print the address, and open nothing'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).approvalsApprove(context, id, options)),
  )
  asOwner(
    approvals
      .command('deny')
      .description('decline a request; the same call stays declined for a while')
      .argument('<id>', 'id of the request')
      .option('--reason <text>', 'why, for the record'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).approvalsDeny(context, id, options)),
  )
  asOwner(
    approvals
      .command('withdraw')
      .description('take a request back, as whose call it is or who decides about approvals')
      .argument('<id>', 'id of the request'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).approvalsWithdraw(context, id, options)),
  )
}

function addPatterns(approvals: Command, run: Run): void {
  paged(
    approvals
      .command('patterns')
      .description('list what was approved together, for a time')
      .option('--subject <subject>', 'for calls of this `user:ID` or `agent:ID`'),
  ).action((options, command) =>
    run(command, async (context) => (await commands()).approvalsPatterns(context, options)),
  )
  asOwner(
    approvals
      .command('revoke')
      .description('end what was approved together')
      .argument('<id>', 'id of the pattern'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).approvalsRevoke(context, id, options)),
  )
}
