/** What a name says about its value. `password`: people think of it; `drawn`: machines draw it. */
export type NameKind = 'password' | 'drawn' | 'key'

const PASSWORDS = new Set(
  (
    'password passwords passwd passwort passw pwd pw pass passphrase passcode userpass userpassword dbpassword dbpass ' +
    'pgpassword rootpassword adminpassword kennwort contraseña contrasena senha motdepasse mdp wachtwoord hasło haslo ' +
    'parola heslo jelszó lösenord adgangskode salasana şifre пароль 密码 密碼 口令 パスワード 暗証番号 비밀번호 mnemonic'
  ).split(' '),
)

const DRAWN = new Set(
  (
    'token tokens secret secrets credential credentials creds cred auth authorization authorisation bearer jwt apitoken ' +
    'authtoken accesstoken refreshtoken clientsecret appsecret secretkey accesskey accesskeyid privatekey apikey apikeys ' +
    'authkey appkey masterkey signingkey encryptionkey accountkey sharedkey licensekey servicekey consumerkey ' +
    'clientkey sshkey deploykey webhookkey integrationkey adminkey rootkey sharedaccesskey sharedaccesssignature ' +
    'usertoken bottoken sessiontoken authcookie sessionsecret apisecret consumersecret websecret sharedsecret ' +
    'accesssecret tokensecret secrettoken accessid'
  ).split(' '),
)

/** Without one of these, or a word that nobody knows, a `key` is one of a table. */
const OF_DATA = new Set(
  (
    'public primary foreign partition sort cache object translation i18n locale message issue bucket row sequence schema ' +
    'hot shortcut keyboard site idempotency dedupe composite unique natural surrogate group routing lookup hash range ' +
    'map dict json yaml index search facet state react query store storage field column record entity item resource ' +
    'config setting settings property metadata tag label attribute enum type sub project space board page document doc ' +
    'component test data dataset s3 file path image blob asset arrow enter escape delete tab function return any ' +
    'answer map legend music ' +
    'major minor the a an one by on of with each same first last next new old this that other is no if has value word'
  ).split(' '),
)

/** With one of these it is not a secret, whatever else it says. */
const HARMLESS = new Set(
  (
    'public pub publishable csrf xsrf authenticity verification antiforgery csrfmiddlewaretoken page nextpage paging pagination next prev previous continuation ' +
    'continue cursor sync max min num number total count input output completion prompt cached reasoning budget limit ' +
    'rate usage used remaining stop pad eos bos unk mask vocab special author authors measurement site sitekey ' +
    'recaptcha anchor change delta delimiter separator parse parser lexer syntax ' +
    'highlight design css color theme symbol erc20 contract mint nft swap pool price decimals'
  ).split(' '),
)

/** As the last word they say that the value is about a secret, and is none. */
const ABOUT = new Set(
  (
    'name names id ids url urls uri uris path paths file files filename dir folder type types length len size bits count ' +
    'version versions expiry expires expiration expired ttl lifetime duration timeout hint policy policies field fields label ' +
    'format algorithm alg algo endpoint endpoints host server domain header headers prefix suffix param params parameter ' +
    'provider providers store vault ring word words board code chain frame map list set index limit age date time ' +
    'at in status state required enabled disabled valid placeholder description title strength min max reset rotation ' +
    'env var variable variables ref refs reference arn alias fingerprint thumbprint selector schema spec class regex pattern source ' +
    'method mode scheme flow scope scopes role roles issuer audience grant request response error errors event manager ' +
    'service handler helper factory builder validator middleware module page form input prompt link button view dialog ' +
    'icon check test tests count usage cost price budget kind format needed present exists missing changed updated created ' +
    'used last first rule rules option options config settings info details data accessor uses pressed down up press code ' +
    'user username email account owner group project org organization tenant region zone results result subject'
  ).split(' '),
)

/** Last words that change nothing. */
const NEUTRAL = new Set(
  'value val prod production dev development test live staging stage qa uat old new current default main base base64 b64 string str text plain plaintext raw primary secondary backup admin root here literal clear cleartext'.split(
    ' ',
  ),
)

/** What opens a wallet. */
const PHRASES = new Set([
  'seed phrase',
  'recovery phrase',
  'secret phrase',
  'backup phrase',
  'seed words',
  'recovery words',
])

/** Bundler names the credentials of a host after it. */
const BUNDLER = /^BUNDLE_[A-Z0-9_]{1,80}__(?:COM|ORG|NET|IO|DEV)$/

const WORDS = /[A-Z]{1,64}(?![a-z])|[A-Z]?[a-z\u00df-\u024f]{1,64}|[A-Z]|[\u0370-\uffff]{1,64}/g

/** The words of a name, in lower case, without its numbers: `dbPassword_2` is `db`, `password`. */
export function wordsOf(name: string): readonly string[] {
  return (name.match(WORDS) ?? []).map((word) => word.toLowerCase())
}

/** What the name says about its value, or nothing. */
export function kindOfName(name: string): NameKind | undefined {
  if (BUNDLER.test(name)) return 'password'
  const words = wordsOf(name.length > 120 ? name.slice(-120) : name)
  if (words.length === 0 || words.some((word) => HARMLESS.has(word))) return undefined
  for (let end = words.length; end > 0; end--) {
    const kind = kindAt(words, end)
    if (kind !== undefined) return kind
    if (!maySkip(words, end, name)) return undefined
  }
  return undefined
}

/** A last word that is no secret may be passed over if it changes nothing, or in `TOKEN_GITHUB`. */
function maySkip(words: readonly string[], end: number, name: string): boolean {
  const last = words[end - 1] ?? ''
  if (NEUTRAL.has(last)) return true
  return !ABOUT.has(last) && end === words.length && /^[A-Z0-9_]+$/.test(name)
}

function kindAt(words: readonly string[], end: number): NameKind | undefined {
  const last = words[end - 1] ?? ''
  const before = words[end - 2] ?? ''
  if (hasEither(PASSWORDS, before, last) || PHRASES.has(`${before} ${last}`)) return 'password'
  if (hasEither(DRAWN, before, last)) return 'drawn'
  if (/passw(?:or)?d$/.test(last)) return 'password'
  if (/(?:token|secret|apikey)$/.test(last)) return 'drawn'
  return last === 'key' && before !== '' && !OF_DATA.has(before) ? 'key' : undefined
}

function hasEither(names: ReadonlySet<string>, before: string, last: string): boolean {
  return names.has(last) || names.has(before + last)
}
