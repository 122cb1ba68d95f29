/**
 * Whether a name fits a glob, in which `*` stands for any characters and `?` for one. Upper and lower case
 * are the same: on many file systems they open the same file. Linear in name × glob, without backtracking.
 */
export function fitsGlob(name: string, glob: string): boolean {
  const [text, pattern] = [name.toLowerCase(), glob.toLowerCase()]
  let at = 0
  let place = 0
  // Where the last star stood, and how much of the name it has taken: only that one may take more.
  let star = -1
  let taken = 0
  while (at < text.length) {
    if (pattern[place] === '*') {
      star = place
      taken = at
      place += 1
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === text[at])) {
      at += 1
      place += 1
    } else if (star >= 0) {
      place = star + 1
      taken += 1
      at = taken
    } else return false
  }
  while (pattern[place] === '*') place += 1
  return place === pattern.length
}
