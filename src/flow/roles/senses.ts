/** What a word of a member's name says of the value; see the groups. */
export type Sense = keyof typeof GROUPS

/**
 * Words by what they say of a value that is named by them, with the reason for each group. Singular, lower
 * case, without marks. A word of no group is unknown, and unknown values are looked at as things acted on.
 */
const GROUPS = {
  // Somebody who gets something, or gets to do something; accounts that money goes to.
  who: `
    recipient addressee receiver cc bcc user username member membership participant attendee invitee guest
    collaborator contributor assignee reviewer approver owner delegate subscriber follower person people
    payee beneficiary grantee trustee friend partner principal login account acct iban bic swift routing
    wallet merchant biller payer creditor consignee watcher moderator admin administrator who whom
    destinatario destinataire empfaenger empfanger usuario benutzer utilisateur cuenta konto compte
    teilnehmer participante
  `,
  // Where a person or a machine is reached: what goes there leaves.
  address: `
    email mail mailto phone mobile cellphone telephone tel fax msisdn whatsapp address addr url uri iri href
    link website webpage web site host hostname domain subdomain ip ipv4 ipv6 server endpoint webhook
    callback redirect proxy homepage origin cname nameserver broker smtp imap ftp socket mailbox
    street zip postal postcode correo courriel adresse direccion telefono telefon enlace lien
  `,
  // What holds other things, and whose readers see what is put into it.
  place: `
    channel room chat conversation group space workspace team organization organisation org repo
    repository project branch remote upstream fork bucket registry board queue forum destination dest dst
    target parent outbox drive volume mount tenant base canal kanal salon destino ziel cible
  `,
  // Something goes the way that these words point to: `save_path`, `assign_to`, `share_with`.
  towards: `
    to into onto toward output out outfile outdir forward notify notification deliver delivery shipping
    ship share shared invite assign assigned with
  `,
  // The same, only before the word for a path or a name: `save_path`, `new_folder`.
  newly:
    'save saved upload export download local store write new move copy publish billing updated final',
  // A thing that is acted on, and words that choose among such things.
  thing: `
    item product hotel restaurant order event meeting appointment booking reservation flight trip thread
    issue ticket task release commit document doc page post record row entry invoice bill payment
    transaction subscription plan package sku asset device sensor light lock camera thermostat scene
    cluster instance vm node pod container service deployment job build pipeline workflow run stage
    artifact function image photo picture video audio media attachment avatar table database db collection
    schema sheet spreadsheet range cell view dashboard alert monitor incident contact customer client lead
    deal opportunity company vendor supplier employee patient student course car vehicle symbol ticker coin
    stock policy rule resource object entity element selector filter where criteria condition source src
    input from sender app application bot integration extension plugin library module dependency tag label
    category album playlist song track artist book recipe promo coupon
    discount voucher tracking confirmation airport airline station referral datei fichier archivo
  `,
  // Which file: what is read, or what is written where another word says so.
  path: 'path filepath pathname filename file dir directory folder prefix basename pfad',
  // Which one of its kind: the word before says of what.
  pointer: `
    id ids uid uuid guid oid gid pk key name nickname handle alias slug number num no nr nbr ref reference
    identifier identity code index idx hash sha sha1 sha256 digest arn urn locator
  `,
  // What somebody will read, or what is looked for in it.
  text: `
    body text message msg content subject title subtitle headline heading header description desc comment
    note html markdown md caption summary query search q question answer reply greeting paragraph
    transcript remark memo reason explanation detail agenda feedback review bio about abstract keyword term
    phrase prompt instruction announcement diff patch replacement story narrative rationale purpose
    signature footer intro introduction conclusion biography tagline slogan quote lyrics alt blurb
    observation justification wording sentence utterance emoji reaction hashtag location city country venue
    texto texte mensaje nachricht betreff asunto objet titulo titel titre contenido contenu inhalt
    beschreibung descripcion descricao mensagem assunto kommentar comentario commentaire notiz
  `,
  // What opens an account, or will.
  secret: `
    password passwd passwort pwd pass passphrase passcode secret token bearer jwt cookie credential apikey
    sshkey pubkey privkey publickey privatekey secretkey accesskey cert certificate pem keystore pkcs pin
    cvv cvc authorization contrasena kennwort senha
  `,
  // What shows, once, that a person is there.
  proof: 'otp totp hotp 2fa u2f captcha recaptcha hcaptcha',
  // What is run.
  command: `
    command cmd commandline script sql expression expr program shell statement eval exec formula cypher
    graphql gremlin sparql javascript python bash powershell entrypoint argv macro lambda
  `,
  // How, when and how much.
  setting: `
    date day month year week weekday hour minute second time timestamp datetime start end since until
    before after deadline due duration interval frequency recurrence rrule cron timezone tz locale lang
    language currency unit format type kind mode status state priority severity importance level size limit
    offset cursor count total max maximum min minimum sort ordering direction color colour width height
    quality timeout version encoding charset permission role scope visibility privacy access enabled
    disabled flag amount price cost quantity qty percent percentage rate ratio score rating temperature
    brightness latitude longitude lat lng lon radius distance weight gender age model strategy operator
    sorting layout theme style font tone verbosity retries retry concurrency ttl expiry expiration per
    region protocol active night adult child children passenger cabin class fecha datum idioma sprache langue
  `,
  // Of what form the value is, and nothing of what it does.
  filler: `
    list line array string str json csv field param parameter arg args box area textarea block value data
    payload raw plain old current previous original optional the a an
  `,
} as const

const SENSES: ReadonlyMap<string, Sense> = tableOf(GROUPS, /\s+/)

/** Two words that together say another thing than the last of them. */
const PAIRS: ReadonlyMap<string, Sense> = tableOf(
  {
    // Keys that open something, unlike those that only name it.
    secret: `api key, ssh key, public key, private key, secret key, access key, deploy key, signing key,
      encryption key, gpg key, pgp key, auth key, service key, master key, license key, account key,
      host key, access code, security answer, recovery key, recovery code, backup code, key material, card number,
      credit card, debit card, security code, recovery phrase, seed phrase, mot passe`,
    proof: `verification code, mfa code, sms code, login code, authentication code, otp code, 2fa code,
      challenge response, digit code`,
    // Tokens of paging and counting, and codes from public lists.
    setting: `page token, next token, sync token, continuation token, max token, num token,
      idempotency key, sort by, order by, group by, sort key, sort order, country code, language code,
      currency code, area code, status code, error code, locale code, state code,
      region code, color code, expires at, scheduled at, send at, start at, starts at,
      ends at, created at, updated at, due at, remind at, publish at, run at`,
    thing: `token id, token name, token symbol, secret id, secret name, secret path, script name,
      script path, script id, command id, command name, pull request, merge request, in reply`,
    address: 'reply to, token address, mobile number, cell number',
    who: 'account number, routing number, sort code, bank account',
    command: `source code, python code, js code, javascript code, shell code, program code, sql query,
      sql code, graphql query, cypher query, command line`,
    text: 'new string, new str, old string, old str, new value, html code, message text',
  },
  /\s*,\s*/,
)

/** What a word says, also in the plural. */
export function senseOf(word: string): Sense | undefined {
  return SENSES.get(word) ?? SENSES.get(singular(word))
}

export function senseOfPair(first: string, second: string): Sense | undefined {
  return PAIRS.get(`${first} ${second}`) ?? PAIRS.get(`${first} ${singular(second)}`)
}

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}

function tableOf(
  groups: Readonly<Partial<Record<Sense, string>>>,
  between: RegExp,
): ReadonlyMap<string, Sense> {
  const table = new Map<string, Sense>()
  for (const [sense, text] of Object.entries(groups) as [Sense, string][]) {
    for (const part of text.trim().split(between)) {
      const word = part.replace(/\s+/g, ' ')
      const known = table.get(word)
      if (known) throw new TypeError(`${word} stands under ${known} and ${sense}`)
      table.set(word, sense)
    }
  }
  return table
}
