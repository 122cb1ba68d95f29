/** What is longer is no name; its end tells it. */
const LONGEST = 128
/** Words in which a digit is a letter. */
const MIXED = /base64|base32|sha1|sha256|sha512|md5|2fa|u2f|s3|k8s|oauth2|ipv4|ipv6|utf8|x509/
const WORD = /[A-Z]{2,16}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\p{L}+|\d+/gu

/**
 * The words of a member's name in lower case, without marks: `toEmail`, `to_email`, `TO-EMAIL` are `to
 * email`; digits stand alone but where they belong to a word (`base64`).
 */
export function nameWords(name: string): readonly string[] {
  const plain = name.slice(-LONGEST).normalize('NFKD').replace(/\p{M}/gu, '')
  const [before = '', ...rest] = plain.split(MIXED)
  if (rest.length === 0) return cut(before)
  const mixed = [...plain.matchAll(new RegExp(MIXED, 'g'))].map(([word]) => word)
  return [...cut(before), ...rest.flatMap((part, i) => [mixed[i] ?? '', ...cut(part)])]
}

function cut(text: string): readonly string[] {
  return [...text.matchAll(WORD)].map(([word]) => word.toLowerCase())
}
