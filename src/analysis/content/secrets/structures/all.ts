import { CURL_USER_FLAG, NETRC_PASSWORD, SHORT_PASSWORD_FLAG } from './commands.ts'
import { KUBERNETES_SECRET, LDAP_HASH, PASSWORD_HASH } from './files.ts'
import { BASIC_CREDENTIALS, BEARER_TOKEN, COOKIE, CURL_HEADER } from './headers.ts'
import { BASE64_PEM, JWK, PRIVATE_KEY, PUTTY_KEY } from './private-key.ts'
import type { Structure } from './structure.ts'
import { SAS, SIGNED_URL, USER_TOKEN_URL, USERINFO_URL } from './urls.ts'

/** What is a secret by where it stands. */
export const STRUCTURES: readonly Structure[] = [
  PRIVATE_KEY,
  PUTTY_KEY,
  JWK,
  BASE64_PEM,
  USERINFO_URL,
  USER_TOKEN_URL,
  SAS,
  SIGNED_URL,
  BEARER_TOKEN,
  BASIC_CREDENTIALS,
  CURL_HEADER,
  COOKIE,
  CURL_USER_FLAG,
  SHORT_PASSWORD_FLAG,
  NETRC_PASSWORD,
  PASSWORD_HASH,
  LDAP_HASH,
  KUBERNETES_SECRET,
]
