import { bech32, jwt } from '../checksums.ts'
import { type NamedRule, named, type TokenRule, token } from '../rule.ts'

/** Databases, data platforms, maps, media, identity, stores of secrets, and keys of one's own. */
export const DATA_TOKENS: readonly TokenRule[] = [
  token('databricks-api-token', 'Databricks token', 'dapi', /dapi[a-f0-9]{32}(?:-[0-9])?/y, {
    entropy: 3,
  }),
  token('databricks-oauth-secret', 'Databricks secret', 'dose', /dose[a-f0-9]{32}/y),
  token(
    'planetscale-api-token',
    'PlanetScale token',
    'pscale_tkn_',
    /pscale_tkn_[A-Za-z0-9_=.-]{32,64}/y,
  ),
  token(
    'planetscale-oauth-token',
    'PlanetScale OAuth token',
    'pscale_oauth_',
    /pscale_oauth_[A-Za-z0-9_=.-]{32,64}/y,
  ),
  token(
    'planetscale-password',
    'PlanetScale password',
    'pscale_pw_',
    /pscale_pw_[A-Za-z0-9_=.-]{32,64}/iy,
  ),
  token('supabase-access-token', 'Supabase token', 'sbp_', /sbp_(?:oauth_)?[a-f0-9]{40}/y),
  token(
    'supabase-secret-key',
    'Supabase secret key',
    'sb_secret_',
    /sb_secret_[A-Za-z0-9_-]{22}_[A-Za-z0-9_-]{8}/y,
  ),
  token('neon-api-key', 'Neon key', 'napi_', /napi_[a-z0-9]{40,70}/y),
  token('neon-password', 'Neon password', 'npg_', /npg_[A-Za-z0-9]{12}/y, { entropy: 2.8 }),
  token('clickhouse-cloud-api-secret-key', 'ClickHouse Cloud key', '4b1d', /4b1d[A-Za-z0-9]{38}/y),
  token(
    'snowflake-pat',
    'Snowflake password',
    'ver:1-hint:',
    /ver:1-hint:[0-9]{1,20}-ETMsDgAAA[A-Za-z0-9+/=]{60,400}/y,
  ),
  token('confluent-cloud-secret', 'Confluent secret', 'cflt', /cflt[A-Za-z0-9+/]{60}/y),
  token('aiven-token', 'Aiven password', 'AVNS_', /AVNS_[A-Za-z0-9_-]{15,25}/y),
  token(
    'tinybird-token',
    'Tinybird token',
    'p.eyJ',
    /p\.eyJ[A-Za-z0-9_-]{20,300}\.[A-Za-z0-9_-]{30,60}/y,
  ),
  token('xata-api-key', 'Xata key', 'xau_', /xau_[A-Za-z0-9]{36,44}/y),
  token(
    'convex-deploy-key',
    'Convex key',
    ['prod:', 'dev:'],
    /(?:prod|dev|preview):[a-z]{3,12}-[a-z]{3,12}-[0-9]{1,4}\|[A-Za-z0-9+/=]{40,400}/y,
  ),
  token('fauna-key', 'Fauna key', 'fnA', /fnA[A-Z][A-Za-z0-9_-]{36,54}/y, { entropy: 4 }),
  token('dbt-token', 'dbt Cloud token', ['dbtc_', 'dbtu_'], /dbt[cu]_[A-Za-z0-9_-]{32,48}/y),
  token('segment-token', 'Segment token', 'sgp_', /sgp_[A-Za-z0-9]{64}/y),
  token(
    'mapbox-secret-token',
    'Mapbox secret token',
    'sk.eyJ',
    /sk\.eyJ[A-Za-z0-9_-]{60,300}\.[A-Za-z0-9_-]{20,30}/y,
  ),
  token('mapbox-api-token', 'Mapbox token', 'pk.', /pk\.[A-Za-z0-9]{60}\.[A-Za-z0-9]{22}/iy),
  token('maxmind-license-key', 'MaxMind key', '_mmk', /[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk/y, {
    lead: [36, 36],
  }),
  token('esri-arcgis-key', 'ArcGIS key', 'AAPK', /AAP[KT][A-Za-z0-9_.-]{60,300}/y),
  token(
    'cloudinary-url',
    'Cloudinary credential',
    'cloudinary://',
    /cloudinary:\/\/([0-9]{12,18}:[A-Za-z0-9_-]{22,32})/y,
  ),
  token(
    '1password-service-account-token',
    '1Password service account token',
    'ops_eyJ',
    /ops_eyJ[A-Za-z0-9+/]{200,4000}={0,3}/y,
    {
      valid: (secret) =>
        /"(?:signInAddress|muk|srpX|email|secretKey)"/.test(
          Buffer.from(secret.slice(4), 'base64').toString('latin1'),
        )
          ? 'proved'
          : 'likely',
    },
  ),
  token(
    '1password-secret-key',
    '1Password secret key',
    'A3-',
    /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}/y,
    { entropy: 3 },
  ),
  token(
    'doppler-api-token',
    'Doppler token',
    'dp.',
    /dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}/iy,
  ),
  token(
    'infisical-token',
    'Infisical token',
    'st.',
    /st\.[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}/y,
  ),
  token(
    'bitwarden-token',
    'Bitwarden token',
    '0.',
    /0\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[A-Za-z0-9]{28,32}:[A-Za-z0-9+/]{22}==/y,
  ),
  token('okta-access-token', 'Okta token', '00', /00[A-Za-z0-9_-]{40}/y, { entropy: 4.2 }),
  token(
    'clerk-or-workos-key',
    'Clerk or WorkOS key',
    'sk_',
    /sk_(?:live|test|prod)_[A-Za-z0-9_-]{40,160}/y,
  ),
  token(
    'stytch-secret',
    'Stytch secret',
    ['secret-live-', 'secret-test-'],
    /secret-(?:live|test)-[A-Za-z0-9_=-]{36,50}/y,
  ),
  token(
    'authress-service-client-access-key',
    'Authress key',
    ['sc_', 'ext_', 'scauth_', 'authress_'],
    /(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}/iy,
  ),
  token(
    'settlemint-application-access-token',
    'SettleMint token',
    'sm_aat_',
    /sm_aat_[A-Za-z0-9]{16}/y,
  ),
  token(
    'settlemint-personal-access-token',
    'SettleMint token',
    'sm_pat_',
    /sm_pat_[A-Za-z0-9]{16}/y,
  ),
  token(
    'settlemint-service-access-token',
    'SettleMint token',
    'sm_sat_',
    /sm_sat_[A-Za-z0-9]{16}/y,
  ),
  token(
    'trigger-dev-key',
    'Trigger.dev key',
    ['tr_dev_', 'tr_prod_', 'tr_pat_'],
    /tr_(?:dev|prod|stg|pat)_[A-Za-z0-9]{20,44}/y,
  ),
  token(
    'inngest-signing-key',
    'Inngest key',
    'signkey-',
    /signkey-(?:prod|test|branch)-[a-f0-9]{32,64}/y,
  ),
  token(
    'liveblocks-secret',
    'Liveblocks secret',
    ['sk_dev_', 'sk_prod_'],
    /sk_(?:dev|prod)_[A-Za-z0-9_-]{40,80}/y,
  ),
  token(
    'age-secret-key',
    'age key',
    'AGE-SECRET-KEY-1',
    /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y,
    { valid: bech32 },
  ),
  token(
    'age-plugin-key',
    'age plugin key',
    'AGE-PLUGIN-',
    /AGE-PLUGIN-[A-Z0-9]{2,30}-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{20,400}/y,
    { valid: bech32 },
  ),
  token('nostr-secret-key', 'Nostr key', 'nsec1', /nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}/y, {
    valid: bech32,
  }),
  token(
    'bip32-extended-private-key',
    'extended private key of a wallet',
    ['xprv', 'yprv', 'zprv', 'tprv'],
    /[xyzt]prv[1-9A-HJ-NP-Za-km-z]{105,108}/y,
  ),
  token(
    'jwt',
    'JSON Web Token',
    'eyJ',
    /eyJ[A-Za-z0-9_-]{8,2000}\.(?:eyJ[A-Za-z0-9_-]{2,6000}|[A-Za-z0-9_-]{0,1000})\.[A-Za-z0-9_-]{10,2000}(?:\.[A-Za-z0-9_-]{10,6000}\.[A-Za-z0-9_-]{10,200})?/y,
    { valid: jwt, entropy: 3 },
  ),
  token('jwt-base64', 'JSON Web Token in base64', ['ZXlK'], /ZXlK[A-Za-z0-9+/_-]{60,8000}={0,2}/y, {
    valid: (secret) =>
      /^eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{2,6000}\./.test(
        Buffer.from(secret, 'base64').toString('latin1'),
      )
        ? 'proved'
        : undefined,
  }),
]

export const DATA_NAMED: readonly NamedRule[] = [
  named('confluent-access-token', 'Confluent key', ['confluent'], /^[A-Za-z0-9]{16}$/, 3),
  named('confluent-secret-key', 'Confluent secret', ['confluent'], /^[A-Za-z0-9+/]{64}$/, 3.5),
  named('snowflake-password', 'Snowflake token', ['snowflake'], /^[A-Za-z0-9+/=_-]{40,400}$/, 4),
  named(
    'mongodb-atlas-key',
    'Atlas key',
    ['mongodb', 'atlas'],
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    3,
  ),
  named('upstash-token', 'Upstash token', ['upstash'], /^A[A-Za-z0-9_=-]{40,100}$/, 4),
  named(
    'supabase-service-key',
    'Supabase key',
    ['supabaseservice', 'supabasejwtsecret'],
    /^[A-Za-z0-9+/=_-]{40,100}$/,
    3.5,
  ),
  named('maxmind-license-key', 'MaxMind key', ['maxmind', 'geoip'], /^[A-Za-z0-9]{16}$/, 3),
  named(
    'map-or-weather-key',
    'key of a map',
    ['mapquest', 'heremaps', 'hereapi', 'tomtom', 'opencage', 'openweather', 'weatherapi'],
    /^[A-Za-z0-9_-]{20,43}$/,
    3,
  ),
  named('cloudinary-api-secret', 'Cloudinary secret', ['cloudinary'], /^[A-Za-z0-9_-]{27}$/, 3.5),
  named('okta-access-token', 'Okta token', ['okta'], /^00[A-Za-z0-9_=-]{40}$/, 3.5),
  named('auth0-client-secret', 'Auth0 secret', ['auth0'], /^[A-Za-z0-9_-]{64}$/, 4),
  named(
    'virustotal-api-key',
    'key of a security service',
    ['virustotal', 'vtapi', 'shodan', 'censys', 'abuseipdb', 'securitytrails'],
    /^[A-Za-z0-9]{32,80}$/,
    3,
  ),
  named(
    'pusher-secret',
    'Pusher or PubNub secret',
    ['pusher', 'pubnub'],
    /^(?:sec-c-)?[A-Za-z0-9=-]{20,56}$/,
    3,
  ),
  named(
    'ethereum-private-key',
    'private key of a wallet',
    ['privatekey', 'walletkey', 'deployerkey', 'signerkey', 'ownerkey', 'ethkey'],
    /^(?:0x)?[0-9a-fA-F]{64}$/,
    3,
  ),
  named(
    'bitcoin-private-key',
    'private key of a wallet',
    ['privatekey', 'walletkey', 'wif'],
    /^[5KLc9][1-9A-HJ-NP-Za-km-z]{50,51}$/,
    4,
  ),
  named(
    'solana-private-key',
    'private key of a wallet',
    ['privatekey', 'walletkey', 'secretkey', 'keypair'],
    /^[1-9A-HJ-NP-Za-km-z]{86,88}$/,
    4.5,
  ),
  named(
    'web3-node-key',
    'key of a node',
    ['infura', 'alchemy', 'etherscan', 'quicknode', 'moralis'],
    /^[A-Za-z0-9_-]{32,64}$/,
    3,
  ),
  named(
    'jwt-signing-secret',
    'secret that signs tokens',
    [
      'jwtsecret',
      'sessionsecret',
      'cookiesecret',
      'nextauthsecret',
      'authsecret',
      'secretkeybase',
      'appkey',
      'djangosecret',
    ],
    /^(?:base64:)?[A-Za-z0-9+/=_!@#$%^&*()-]{24,200}$/,
    3.3,
  ),
]
