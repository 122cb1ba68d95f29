import { matchOnce } from '../hits.ts'
import { kindsIn, looksDrawn } from '../look.ts'
import { placeholderReason } from '../placeholders.ts'
import { found, type Structure } from './structure.ts'
import { isMadeUp } from './urls.ts'

const CURL_USER =
  /(?:-u|--user|--proxy-user|-U)[ =]{0,3}(\\{0,2}["']?)([^\s:"'\\]{0,100}):([^\s"'\\]{1,200})/y

/** `curl -u user:password`, and what takes its arguments likewise. */
export const CURL_USER_FLAG: Structure = {
  id: 'curl-auth-user',
  literals: [' -u', '--user', ' -U', '--proxy-user'],
  probe(text, at, end, sink) {
    const begin = text[at] === ' ' ? at + 1 : at
    const match = matchOnce(sink, CURL_USER, text, begin)
    if (match === null || end === text.length) return
    if (
      !/\b(?:curl|wget|http|https|ab|svn|lftp|ldapsearch|wrk|xh)\b/.test(
        text.slice(Math.max(0, at - 400), at),
      )
    )
      return
    const [whole, , user = '', password = ''] = match
    if (password.length < 3 || isMadeUp(user, password) || placeholderReason(user) === 'template')
      return
    if (/^(?:\/\/|\$|\d{1,5}$|\d{1,5}:)/.test(password)) return
    const stop = begin + whole.length
    const certainty = kindsIn(password) >= 2 || looksDrawn(password) ? 'likely' : 'hint'
    sink.add(
      found(
        'curl-auth-user',
        stop - password.length,
        stop,
        certainty,
        'a user and a password in a command',
      ),
    )
  },
}

const SHORT_FLAG =
  /(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|redis-cli|docker login|podman login|helm registry login|az login|smbclient|sqlcmd|mongosh?|mongodump|ldapsearch|7z|zip|unzip|openssl|htpasswd)\b[^\n|;&]{0,200}?\s(?:-p|-a|-P|-w|-passin pass:|-passout pass:)[ =]?(["']?)([^\s"'|;&]{4,128})/y

/** Short flags for passwords, of the commands that have them. */
export const SHORT_PASSWORD_FLAG: Structure = {
  id: 'command-password',
  literals: [
    'mysql',
    'mysqldump',
    'mariadb',
    'sshpass',
    'redis-cli',
    'docker login',
    'podman login',
    'helm registry login',
    'az login',
    'smbclient',
    'sqlcmd',
    'mongosh',
    'mongodump',
    'ldapsearch',
    'openssl',
    '7z ',
  ],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, SHORT_FLAG, text, at)
    const secret = match?.[2]
    if (match === null || secret === undefined) return
    const end = at + match[0].length
    if (
      isMadeUp('', secret) ||
      kindsIn(secret) < 2 ||
      /^[./-]|^\d+$|^(?:assword|rotocol|ort)\b/.test(secret)
    )
      return
    sink.add(
      found('command-password', end - secret.length, end, 'likely', 'a password in a command'),
    )
  },
}

const NETRC = /login\s{1,8}(\S{1,100})\s{1,8}password\s{1,8}(\S{3,200})/iy

/** `.netrc`: machine, login, password. */
export const NETRC_PASSWORD: Structure = {
  id: 'netrc-password',
  literals: ['login '],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, NETRC, text, at)
    if (match === null) return
    const [whole, user = '', password = ''] = match
    if (isMadeUp(user, password) || !/machine|default/.test(text.slice(Math.max(0, at - 200), at)))
      return
    const end = at + whole.length
    sink.add(
      found('netrc-password', end - password.length, end, 'likely', 'the password of a machine'),
    )
  },
}
