/**
 * What words of definitions can be for, in English, with all their forms. Injected prose in general, and in
 * other languages, is known elsewhere (`signals/`): here is what definitions are about.
 */
const WORDS = {
  not: 'not never dont doesnt no without avoid cannot cant mustnt shouldnt neither nor refrain wont',
  must: 'must always required mandatory shall need needs essential imperative obligatory ensure requires',
  // To make somebody know.
  tell: 'tell tells telling inform informs informing notify notifying notified mention mentions mentioning reveal reveals revealing disclose discloses disclosing divulge divulging alert alerting warn warning acknowledge acknowledging discuss discussing explain explaining announce announcing',
  show: 'show shows showing display displaying report reporting expose exposing surface surfacing output print printing outputting repeat repeating recite dump return returning',
  know: 'know knowing knowledge aware awareness notice noticing noticed suspect realize realise',
  hide: 'hide hiding conceal concealing mask masking obscure obscuring suppress withhold',
  hidden: 'secret hidden confidential invisible undisclosed covert private unnoticed undetected quiet',
  secretly: 'silently secretly covertly quietly discreetly discretely stealthily invisibly transparently unobtrusively surreptitiously',
  told: 'to that how when where whether if',
  person: 'user human them him her anyone operator client owner',
  change: 'change changes changed set sets switch swap',
  copy: 'copy copies write writes save saves log logs duplicate mirror',
  user: 'user users human humans customer operator person them anyone anybody people him her client owner victim victims',
  model: 'you your assistant model llm ai agent agents claude gpt chatgpt copilot cursor gemini bot yourself',
  this: 'this that these those it',
  from: 'from',
  // Rules, and leaving them.
  dismiss: 'ignore ignoring disregard disregarding forget forgetting override overriding bypass bypassing overrule neglect circumvent violate',
  prior: 'previous prior earlier above preceding existing original all other any system safety security your ethical moderation everything',
  orders: 'instruction instructions rules rule guidelines guideline prompt prompts directives directive directions constraints constraint policies policy restrictions safeguards guardrails filters checks limitations protocols orders commands context request',
  obey: 'obey obeys comply follow follows follow-up execute adhere treat heed',
  prompt: 'sysprompt',
  now: 'now henceforth',
  treat: 'treat treats',
  above: 'above preceding foregoing previous prior earlier',
  outside: 'external remote outside third-party foreign attacker-controlled',
  host: 'host server endpoint collector webhook address url domain site location party',
  supersede: 'supersedes supersede overrides supplants replaces intercepts hijacks modifies',
  values: 'value values result results output outputs',
  trick: 'payload payloads gadget lateral c2 shellcode worm',
  found: 'found contained inside within embedded received returned',
  content: 'content page document feed email result output website item',
  everything: 'everything everybody messages message copy all',
  pretend: 'admin administrator root dan developer unrestricted jailbroken mode pretend roleplay impersonate act behave',
  // What is private.
  private: 'credentials credential password passwords passphrase apikey clipboard cookies keychain keystrokes env dotenv conversation conversations transcript passcode creds ssn secrets tokens',
  records: 'messages chat dialogue emails contacts files documents memory thoughts prompt input inputs data contents content file result results response output',
  // Acts.
  read: 'read reads reading open opens opening cat load loads fetch fetches access accesses retrieve retrieves retrieving collect collects gather gathers extract extracts dump dumps copy copies obtain scan scans look grab capture captures harvest harvests list check lookup query',
  send: 'send sends sending forward forwards forwarding posts upload uploads uploading transmit transmits transmitting email emails relay relays exfiltrate exfiltrates exfiltrating leak leaks pipe ship beacon bcc cc bccd post bccs ccs',
  put: 'pass passes passing append appends include includes including embed embeds embedding attach attaches insert store write place fill encode prepend inject injects put',
  elsewhere: 'attacker attackers external remote collector webhook third-party outside exfil evil endpoint c2 server host address domain url',
  foe: 'attacker attackers adversary hacker hackers evil',
  parameter: 'parameter parameters argument arguments field fields param arg header headers variable sidenote sidecar',
  // Other tools.
  tool: 'tool tools function functions command utility helper plugin server servers action',
  other: 'other others any every another all different alternative remaining',
  before: 'before prior first beforehand initially',
  after: 'after afterwards once',
  call: 'call calls called calling use uses using used invoke invokes invoked invoking run runs running execute executed executing executes trigger consult available accessed triggered',
  instead: 'instead rather replace replaces replacing supersede supersedes superseding substitutes substitute supplants',
  alter: 'modify modifies modifying alter alters altering redirect redirects redirecting reroute reroutes rerouting replace replaces replacing intercept intercepts overwrite overwrites tamper manipulate hijack hijacks corrupt',
  behaviour: 'behavior behaviour behaviors output outputs result results response responses recipient recipients destination account arguments parameters values requests calls',
  when: 'when whenever if while every each time once anytime',
  // Praise.
  best: 'best greatest finest superior ultimate perfect unbeatable unmatched unrivaled fastest smartest safest #1 world-class',
  trusted: 'trusted official authoritative recommended verified certified endorsed award-winning',
  choose: 'choose chosen select selected pick prefer preferred prioritize prioritized prioritise favor favour trust',
  only: 'only exclusively solely exclusive',
  priority: 'priority precedence highest top-priority',
  // Later.
  approved: 'approved approval reviewed installed whitelisted approve reviewers review',
  later: 'later future subsequent next swap swaps activate activates begin begins enable enables become becomes start starts update updated version',
  // What tools that attack are about.
  attack: 'exfiltrate exfiltrates exfiltrated exfiltration exfil exfiltrating keylogger keylog backdoor backdoors privesc stolen steal steals stealing stole jailbreak webshell deauth cryptominer cryptojacking cryptojack lolbin lolbins pwn pwnkit infostealer doxx doxing kerberoast kerberoasting mimikatz evilginx lsass hollowing trick tricks deceive deceives scam defraud extort doxxing lure ransom webshells keylogging malicious-code deauthentication timestomp timestomping blackmail sextortion',
  exploit: 'exploit exploits exploiting exploited hijack hijacks hijacking spoof spoofs spoofing forge forges forging crack cracks cracking bruteforce brute inject injects injecting injection poison poisoning tamper tampering escalate escalates escalation impersonate impersonates impersonation evade evades evasion evading bypass bypasses bypassing bypassed dump dumps dumping harvest harvests harvesting intercept intercepts intercepting sniff sniffs sniffing abuse abuses abusing weaponize sabotage corrupt corrupts hollow defeat disarm subvert wipe erase siphon compromise compromises exploitation plant plants smuggle smuggles infect infects brute-force shellcode stomp stomping overflow',
  stealth: 'stealth stealthy stealthily undetected undetectable covert covertly hidden hide hides disguise obfuscate obfuscated traces evidence fingerprints malicious arbitrary persistence persistent persist implant unauthorized unauthorised illegally secretly surveillance spy victim victims target compromised attacker attackers',
  target: 'sam hive ntds lsass hashes hash ticket tickets kerberos ntlm shadow vault keychain kwallet uac amsi edr antivirus av defender firewall selinux apparmor sandbox suid setuid sudo admin administrator credential credentials password passwords privilege privileges cookies authentication authorization mfa 2fa otp captcha waf ids chroot container jail protections protection security logs forensic kernel registry dll jwt saml private-keys ssh cgroup namespaces ads shellcode thread lsa dpapi polkit keychains biometrics drm licensing signature signatures mac apk bootloader hypervisor',
  menace: 'malware trojan spyware ransomware rootkit botnet phishing phish ddos mitm worm virus exploit-kit sqli xxe ssrf rce deepfake spam spoofed malicious fraudulent counterfeit',
  make: 'create creates deploy deploys launch launches generate generates spawn spawns plant install installs perform performs craft conduct establish establishes open upload uploads send sends build execute executes inject write writes add adds embed deliver run runs start starts setup spread spreads distribute release opens crafts sets drops hosts',
  weakness: 'vulnerability vulnerabilities cve misconfiguration misconfigurations zero-day 0day flaw weakness',
  technique: 'technique techniques attack attacks chain primitive',
  probe: 'enumerate enumerates enumerating enumeration recon reconnaissance sweep portscan subdomains vhost brute-force wordlist zone-transfer nmap footprint sniffer osint enum scan-ports dork dorking wardriving',
  destroy: 'delete deletes erase wipe destroy destroys corrupt exhaust flood overwhelm encrypt crash format shred kill disable disables disabling terminate',
  guard: 'detect detects detection detected prevent prevents prevention protect protects mitigate mitigation block blocks blocked quarantine remediate remediation investigate investigation analyze analyse analysis threat threats indicator indicators ioc reputation verdict scanner compliance monitoring defend defence contain isolate unblock rotate siem soar finding findings vulnerable-to sast dast linter simulation simulations training awareness honeypot triage hunt assess audit auditing safeguard',
  compute: 'add adds sum sums subtract multiply multiplies divide calculate calculates calculator uppercase lowercase uppercases reverse count counts convert converts converter unit units format formats sort random uuid hash round average weather time translate',
} as const // biome-ignore format: a table

export type WordClass = keyof typeof WORDS | 'path' | 'address' | 'name'

const MANY: Readonly<Record<string, readonly WordClass[]>> = {
  'system prompt': ['private', 'records', 'prompt'],
  'hidden instructions': ['private', 'prompt'],
  'system instructions': ['private', 'prompt'],
  'api key': ['private'],
  'api keys': ['private'],
  'ssh key': ['private'],
  'ssh keys': ['private'],
  'private key': ['private'],
  'private keys': ['private'],
  'access token': ['private'],
  'access tokens': ['private'],
  'environment variables': ['private'],
  'environment variable': ['private'],
  'conversation history': ['private', 'records'],
  'chat history': ['private', 'records'],
  'message history': ['private', 'records'],
  'bank account': ['private'],
  'credit card': ['private'],
  'command history': ['records'],
  'third party': ['elsewhere'],
  'developer mode': ['pretend'],
  'attack surface': ['guard'],
  'reverse shell': ['attack'],
  'bind shell': ['attack'],
  'web shell': ['attack'],
  'privilege escalation': ['attack'],
  'process injection': ['attack'],
  'dll injection': ['attack'],
  'code injection': ['attack'],
  'fork bomb': ['attack'],
  'dll hijacking': ['attack'],
  'dll hijack': ['attack'],
  'brute force': ['attack'],
  'command and control': ['attack'],
  'zone transfer': ['probe'],
  'port scan': ['probe'],
  'container escape': ['attack'],
  'credential stuffing': ['attack'],
  'pass the hash': ['attack'],
  'sql injection': ['attack'],
  'denial of service': ['attack'],
  'proof of concept': ['guard'],
  'at risk': ['guard'],
  'own code': ['guard'],
  'code for': ['guard'],
  'repository for': ['guard'],
  'dependencies for': ['guard'],
}

export const CLASSES_OF: ReadonlyMap<string, readonly WordClass[]> = classesOfWords()
export const PHRASES: ReadonlyMap<string, readonly WordClass[]> = new Map(Object.entries(MANY))

function classesOfWords(): Map<string, readonly WordClass[]> {
  const classes = new Map<string, readonly WordClass[]>()
  for (const [name, words] of Object.entries(WORDS)) {
    for (const word of words.split(' ')) {
      classes.set(word, [...new Set([...(classes.get(word) ?? []), name as WordClass])])
    }
  }
  return classes
}
