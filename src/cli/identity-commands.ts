import { Command, Option } from 'commander'
import { collect } from './collect-option.ts'
import { count } from './count-option.ts'
import type { Run } from './program.ts'

const STATUSES = ['active', 'disabled']

/** Adds `--as`, which every command has that asks the gateway to administer. */
export function asOwner(command: Command): Command {
  return command.option(
    '--as <subject>',
    'administer in the name of this owner (default: user:owner)',
  )
}

export function paged(command: Command): Command {
  return asOwner(command)
    .addOption(new Option('--limit <count>', 'how many').argParser(count(1, 200)).default(50))
    .option('--cursor <cursor>', 'where the page before ended')
}

/** Adds `--yes` to a command that cannot be undone. */
export function final(command: Command): Command {
  return asOwner(command).option('--yes', 'do not ask', false)
}

/** `bailiwick users …`: the people who may come in. */
export function usersCommand(run: Run): Command {
  const users = new Command('users').description('the people who may come in')
  addUserLists(users, run)
  addUserChanges(users, run)
  addUserEnds(users, run)
  return users
}

const user = () => import('./commands/users.ts')

function addUserLists(users: Command, run: Run): void {
  paged(
    users
      .command('ls')
      .description('list users by id')
      .addOption(new Option('--status <status>', 'that are so').choices(STATUSES))
      .option('--group <group>', 'in this group'),
  ).action((options, command) =>
    run(command, async (context) => (await user()).usersList(context, options)),
  )
  paged(
    users
      .command('stale')
      .description('list active users who were not in use for long, the longest first')
      .option('--for <duration>', 'not for so long; else `identity.staleAfter`'),
  ).action((options, command) =>
    run(command, async (context) => (await user()).usersStale(context, options)),
  )
  asOwner(
    users
      .command('show')
      .description('show a user with what they log in with')
      .argument('<id>', 'id of the user'),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersShow(context, id, options)),
  )
}

function addUserChanges(users: Command, run: Run): void {
  asOwner(
    users
      .command('add')
      .description('make a user, and print a link by which they set their password')
      .argument('<id>', 'id, which is never given twice')
      .option('--name <name>', 'what to call them')
      .option('--group <group>', 'put them into this group, repeatable', collect, []),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersAdd(context, id, options)),
  )
  asOwner(
    users
      .command('reset')
      .description('print a link by which a user sets a new password; older links are void')
      .argument('<id>', 'id of the user')
      .option('--invite', 'for somebody who never came: good for a week, not an hour', false),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersReset(context, id, options)),
  )
  asOwner(
    users
      .command('rename')
      .description('give a user another name; the id stays')
      .argument('<id>', 'id of the user')
      .argument('<name>', 'what to call them'),
  ).action((id, name, options, command) =>
    run(command, async (context) => (await user()).usersRename(context, id, name, options)),
  )
  asOwner(
    users
      .command('groups')
      .description('make the groups of a user exactly these; those of a provider stay')
      .argument('<id>', 'id of the user')
      .argument('[groups...]', 'all of them')
      .option('--none', 'put the user out of all', false),
  ).action((id, groups, options, command) =>
    run(command, async (context) => (await user()).usersGroups(context, id, groups, options)),
  )
}

function addUserEnds(users: Command, run: Run): void {
  asOwner(
    users
      .command('disable')
      .description('let a user in no more; everything that they have open ends at once')
      .argument('<id>', 'id of the user'),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersDisable(context, id, options)),
  )
  asOwner(
    users
      .command('enable')
      .description('let a disabled user in again')
      .argument('<id>', 'id of the user'),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersEnable(context, id, options)),
  )
  asOwner(
    users
      .command('offboard')
      .description('disable a user who leaves, and settle who answers for their agents')
      .argument('<id>', 'id of the user')
      .option('--move-agents-to <user>', 'give the agents to this user')
      .option('--disable-agents', 'disable the agents, too', false),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersOffboard(context, id, options)),
  )
  asOwner(
    users
      .command('sign-out')
      .description('end all sessions and grants of a user, who may come back')
      .argument('<id>', 'id of the user'),
  ).action((id, options, command) =>
    run(command, async (context) => (await user()).usersSignOut(context, id, options)),
  )
  final(
    users
      .command('forget')
      .description('remove a password, a passkey, or all recovery codes of a user')
      .argument('<id>', 'id of the user')
      .argument('<credential>', 'its id, as `users show` says; or `recovery`'),
  ).action((id, credential, options, command) =>
    run(command, async (context) => (await user()).usersForget(context, id, credential, options)),
  )
}

/** `bailiwick agents …`: programs with an identity of their own. */
export function agentsCommand(run: Run): Command {
  const agents = new Command('agents').description('programs with an identity of their own')
  addAgentLists(agents, run)
  addAgentTerms(agents, run)
  addAgentKeys(agents, run)
  for (const to of ['disable', 'enable'] as const)
    asOwner(
      agents
        .command(to)
        .description(
          to === 'disable'
            ? 'let an agent in no more; its tokens are void at once'
            : 'let a disabled agent in again',
        )
        .argument('<id>', 'id of the agent'),
    ).action((id, options, command) =>
      run(command, async (context) => (await agent()).agentsSwitch(context, id, to, options)),
    )
  return agents
}

const agent = () => import('./commands/agents.ts')

function addAgentLists(agents: Command, run: Run): void {
  paged(
    agents
      .command('ls')
      .description('list agents by id')
      .addOption(new Option('--status <status>', 'that are so').choices(STATUSES))
      .option('--owner <user>', 'for which this user answers'),
  ).action((options, command) =>
    run(command, async (context) => (await agent()).agentsList(context, options)),
  )
  paged(
    agents
      .command('stale')
      .description('list active agents that were not in use for long, the longest first')
      .option('--for <duration>', 'not for so long; else `identity.staleAfter`')
      .option('--keys-for <duration>', 'those that have had a key for so long, instead')
      .option('--orphans', 'those whose owner is disabled, instead', false),
  ).action((options, command) =>
    run(command, async (context) => (await agent()).agentsStale(context, options)),
  )
  asOwner(
    agents.command('show').description('show an agent').argument('<id>', 'id of the agent'),
  ).action((id, options, command) =>
    run(command, async (context) => (await agent()).agentsShow(context, id, options)),
  )
}

/** What `add` and `change` both take. */
function addTerms(command: Command): Command {
  return asOwner(command)
    .option('--name <name>', 'what to call it')
    .option('--scope <scope>', 'the most that it may ever do, repeatable', collect, [])
    .option('--group <group>', 'put it into this group, repeatable', collect, [])
    .option(
      '--workload <trust>',
      '`issuer=…,subject=…,audience=…` of tokens of its platform, repeatable',
      collect,
      [],
    )
}

function addAgentTerms(agents: Command, run: Run): void {
  addTerms(
    agents
      .command('add')
      .description('make an agent')
      .argument('<id>', 'id, which is never given twice')
      .requiredOption('--owner <user>', 'who answers for it')
      .requiredOption('--purpose <text>', 'what it is for'),
  )
    .option('--key <file>', 'file with a public key of it (JWK or PEM), repeatable', collect, [])
    .option('--generate-key <file>', 'make a key pair; its private part goes into this new file')
    .option('--may-act-for-users', 'let it exchange tokens of users for its own', false)
    .option('--expires <time>', 'refuse it from then on')
    .action((id, options, command) =>
      run(command, async (context) => (await agent()).agentsAdd(context, id, options)),
    )
  addTerms(
    agents
      .command('change')
      .description('change what an agent is or may; what is not given stays')
      .argument('<id>', 'id of the agent')
      .option('--owner <user>', 'who answers for it')
      .option('--purpose <text>', 'what it is for'),
  )
    .addOption(
      new Option('--may-act-for-users <answer>', 'let it exchange tokens of users').choices([
        'yes',
        'no',
      ]),
    )
    .option('--expires <time>', 'refuse it from then on; `never` for no end')
    .action((id, options, command) =>
      run(command, async (context) => (await agent()).agentsChange(context, id, options)),
    )
}

function addAgentKeys(agents: Command, run: Run): void {
  const keys = agents.command('keys').description('the keys by which an agent proves who it is')
  asOwner(
    keys
      .command('add')
      .description('add a key; those before stay good, so that the agent can change over')
      .argument('<id>', 'id of the agent')
      .option('--key <file>', 'file with its public key (JWK or PEM)')
      .option('--generate-key <file>', 'make a key pair; its private part goes into this new file'),
  ).action((id, options, command) =>
    run(command, async (context) => (await agent()).agentsAddKey(context, id, options)),
  )
  asOwner(
    keys
      .command('rm')
      .description('remove a key, and end what the tokens of the agent opened')
      .argument('<id>', 'id of the agent')
      .argument('<kid>', 'id of the key, as `agents show` says'),
  ).action((id, kid, options, command) =>
    run(command, async (context) => (await agent()).agentsRemoveKey(context, id, kid, options)),
  )
}
