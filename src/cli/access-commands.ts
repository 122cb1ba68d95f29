import { Command, Option } from 'commander'
import { CLIENT_TRUSTS } from '../kernel/subject.ts'
import { collect } from './collect-option.ts'
import { asOwner, final, paged } from './identity-commands.ts'
import type { Run } from './program.ts'

const METHODS = ['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post']

const client = () => import('./commands/clients.ts')
const grant = () => import('./commands/grants.ts')
const key = () => import('./commands/keys.ts')
const idp = () => import('./commands/idp.ts')

/** `bailiwick clients …`: the programs that people let act for them. */
export function clientsCommand(run: Run): Command {
  const clients = new Command('clients').description('the programs that people let act for them')
  paged(
    clients
      .command('ls')
      .description('list clients by id, also those that named or registered themselves')
      .addOption(new Option('--trust <trust>', 'known in this way').choices([...CLIENT_TRUSTS]))
      .option('--stale [duration]', 'not used for so long; else `identity.staleAfter`'),
  ).action((options, command) =>
    run(command, async (context) => (await client()).clientsList(context, options)),
  )
  asOwner(
    clients.command('show').description('show a client').argument('<id>', 'id of the client'),
  ).action((id, options, command) =>
    run(command, async (context) => (await client()).clientsShow(context, id, options)),
  )
  addRegistration(clients, run)
  addClientEnds(clients, run)
  return clients
}

function addRegistration(clients: Command, run: Run): void {
  asOwner(
    clients
      .command('add')
      .description('register a client; the secret of a confidential one is printed once')
      .argument('<id>', 'id, which is never given twice'),
  )
    .option('--name <name>', 'what people see')
    .option('--redirect <address>', 'exact redirect address, repeatable', collect, [])
    .option('--without-browser', 'it gets no codes: for the word of identity providers', false)
    .option('--confidential', 'it can keep a secret', false)
    .addOption(new Option('--method <method>', 'how it proves who it is').choices(METHODS))
    .option(
      '--key <file>',
      'its public key (JWK or PEM), instead of a secret, repeatable',
      collect,
      [],
    )
    .option('--resource <address>', 'may ask for this alone, repeatable', collect, [])
    .option('--scope <scope>', 'the most that it may be granted, repeatable', collect, [])
    .option('--bound', 'its tokens must be bound to a key (DPoP)', false)
    .option('--may-introspect', 'it may ask about tokens, being a resource server', false)
    .action((id, options, command) =>
      run(command, async (context) => (await client()).clientsAdd(context, id, options)),
    )
}

function addClientEnds(clients: Command, run: Run): void {
  for (const to of ['disable', 'enable'] as const)
    asOwner(
      clients
        .command(to)
        .description(
          to === 'disable'
            ? 'void the tokens of a client, and give it none'
            : 'let a disabled client in again',
        )
        .argument('<id>', 'id of the client, or address of its document'),
    ).action((id, options, command) =>
      run(command, async (context) => (await client()).clientsSwitch(context, id, to, options)),
    )
  final(
    clients
      .command('rm')
      .description('forget a client, and end its grants')
      .argument('<id>', 'id of the client'),
  ).action((id, options, command) =>
    run(command, async (context) => (await client()).clientsRemove(context, id, options)),
  )
  final(
    clients
      .command('renew-secret')
      .description('print a new secret of a client; the old one is no good any more')
      .argument('<id>', 'id of the client'),
  ).action((id, options, command) =>
    run(command, async (context) => (await client()).clientsRenewSecret(context, id, options)),
  )
}

/** `bailiwick grants …`: what people allowed and agents got, as things that can be revoked. */
export function grantsCommand(run: Run): Command {
  const grants = new Command('grants').description('what people allowed and agents got')
  addWhose(paged(grants.command('ls').description('list grants in force, by id')), 'of this')
    .option('--all', 'those that ended, too', false)
    .action((options, command) =>
      run(command, async (context) => (await grant()).grantsList(context, options)),
    )
  paged(
    grants
      .command('stale')
      .description('list grants in force that were not used for long')
      .option('--for <duration>', 'not for so long; else `identity.staleAfter`'),
  ).action((options, command) =>
    run(command, async (context) => (await grant()).grantsStale(context, options)),
  )
  asOwner(
    grants.command('show').description('show a grant').argument('<id>', 'id of the grant'),
  ).action((id, options, command) =>
    run(command, async (context) => (await grant()).grantsShow(context, id, options)),
  )
  addWhose(
    asOwner(
      grants
        .command('revoke')
        .description('void the tokens of a grant at once; or of all grants of somebody')
        .argument('[id]', 'id of the grant'),
    ),
    'all of this',
  ).action((id, options, command) =>
    run(command, async (context) => (await grant()).grantsRevoke(context, id, options)),
  )
  return grants
}

function addWhose(command: Command, words: string): Command {
  return command
    .option('--user <id>', `${words} user`)
    .option('--agent <id>', `${words} agent`)
    .option('--client <id>', `${words} client`)
}

/** `bailiwick tokens …`: tokens that the operator of the machine issues. */
export function tokensCommand(run: Run): Command {
  const tokens = new Command('tokens').description('tokens that who runs this machine issues')
  tokens
    .command('issue')
    .description('print an access token; `bailiwick grants ls` lists what was issued')
    .option('--subject <subject>', '`user:ID` or `agent:ID`', 'user:owner')
    .option('--server <name>', 'for this server alone; else for all')
    .option('--admin', 'for the administration', false)
    .option('--scope <scope>', 'allow this, repeatable (default: read)', collect, [])
    .option('--for <duration>', 'good for so long, an hour at the most', '5m')
    .action((options, command) =>
      run(command, async (context) =>
        (await import('./commands/tokens.ts')).tokensIssue(context, options),
      ),
    )
  return tokens
}

/** `bailiwick keys …`: the keys that sign tokens. */
export function keysCommand(run: Run): Command {
  const keys = new Command('keys').description('the keys that sign tokens')
  asOwner(keys.command('ls').description('list the keys that sign tokens')).action(
    (options, command) => run(command, async (context) => (await key()).keysList(context, options)),
  )
  asOwner(keys.command('rotate').description('publish the next key, which signs soon')).action(
    (options, command) =>
      run(command, async (context) => (await key()).keysRotate(context, options)),
  )
  final(
    keys
      .command('retire')
      .description('take a key out that may be in other hands: what it signed is void')
      .argument('<id>', 'id of the key'),
  ).action((id, options, command) =>
    run(command, async (context) => (await key()).keysRetire(context, id, options)),
  )
  return keys
}

/** `bailiwick idp …`: whose word about people and programs is taken. */
export function idpCommand(run: Run): Command {
  const providers = new Command('idp').description('whose word about people and programs is taken')
  asOwner(
    providers.command('ls').description('list login providers, issuers and platforms'),
  ).action((options, command) =>
    run(command, async (context) => (await idp()).idpList(context, options)),
  )
  asOwner(
    providers.command('check').description('ask each of them for its metadata and keys'),
  ).action((options, command) =>
    run(command, async (context) => (await idp()).idpCheck(context, options)),
  )
  return providers
}
