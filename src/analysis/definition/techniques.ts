/**
 * What offensive tools do, after the tactics of MITRE ATT&CK: names that only attacks have, and acts that are
 * an attack by what they are done to. An act is a verb beside an object, in any order: neither says anything
 * by itself, since honest tools dump, bypass and inject as well. Words stand here as stems of all their forms.
 */

/** `[points, verbs, objects]`: two points are an attack, one is worth a look. Objects may be phrases. */
export const ACTS: readonly (readonly [points: number, verbs: string, objects: string])[] = [
  // Credential access. Owners read and rotate what is theirs; only thieves dump, harvest or forge it.
  [2, 'dump|harvest|steal|crack|loot|exfiltrate|sniff|brute|bruteforce|spray|phish|skim|relay|scrape', 'password|credential|hash|ntlm|kerberos|ticket|cookie|keychain|lsa|sam|ntds|dpapi|keytab|passcode|pin code|session token|api key|private key|wallet|seed phrase|credit card|otp|keyring'],
  [1.5, 'extract|decrypt|collect|grab|gather|capture|recover|hunt|pull', 'password|credential|ntlm|cookie|keychain|api key|private key|lsa|dpapi|seed phrase|session token|keyring'],
  [2, 'forge|craft|mint|inject|pass|convert|replay', 'kerberos|ntlm|golden ticket|silver ticket|saml assertion|krbtgt|tgt|tgs'],
  [2, 'forge|steal|hijack|impersonate', 'identity|session|token|jwt|saml|account|certificate|user|signature|domain|mailbox'],
  // Execution and injection: code where its owner did not put it.
  [2, 'inject|stomp|hollow|plant|smuggle|sideload', 'dll|shellcode|payload|process|thread|module|library|callback|apc|malicious|malware|command|kernel|bootloader'],
  [1.5, 'place|drop|preload|overwrite|replace|side load', 'dll|shared object|system binary|malicious'],
  [1, 'inject|injection', 'code|command|sql|query|template|xslt|xpath|ldap|header|log|nosql'],
  [1, 'injection|deserialization|deserialisation', 'execution|execute|gadget|gadget chain|payload|shell|rce'],
  [1.5, 'execute|run|spawn|invoke|launch|deliver|deploy|upload|drop|send|stage', 'payload|shellcode|encoded powershell|fileless|malicious|malware|exploit|implant|stager|dropper|beacon'],
  [1, 'execute|run|spawn|invoke', 'arbitrary shell|arbitrary command|target system|target host|target machine|remote target|wmi|winrm|dcom|psexec|smbexec|atexec'],
  [1, 'execute|run|spawn|invoke|move|pivot', 'lateral|remote window|domain controller|compromised host|compromised machine|victim'],
  // Privilege and containment.
  [2, 'escape|break|breakout', 'container|sandbox|chroot|jail|vm|hypervisor|namespace|cgroup'],
  [1.5, 'manipulate|abuse|enter', 'namespace|cgroup|capability|token privilege|suid|setuid'],
  [2, 'abuse|exploit|weaponize|leverage', 'suid|setuid|sudo|writable|kernel|race condition|vulnerability|misconfiguration|flaw|trust|delegation|overflow|cve|privilege|permission|service|driver'],
  [2, 'escalate|elevate|gain', 'privilege|root access|system access|admin access|unauthorized access|unauthorised access|initial access'],
  // Evasion. Administrators turn things off; who evades or tampers does so against somebody.
  [2, 'bypass|evade|defeat|unhook|blind|circumvent|tamper|subvert|neutralize', 'antivirus|av|edr|amsi|defender|firewall|integrity|logging|audit|etw|uac|sandbox|detection|mfa|selinux|apparmor|authentication|authorization|waf|ids|security|signature|sandboxing|whitelisting|allowlist|gatekeeper|monitoring|code signing|forensic|access control|acl|file upload|input validation|content filter|restriction'],
  [2, 'kill|unload', 'antivirus|av|edr|amsi|defender|etw|endpoint protection|security software'],
  [1.5, 'disable|uninstall', 'antivirus|av|edr|amsi|defender|etw|endpoint protection|security software|security tool|selinux|apparmor|event logging|tamper protection'],
  [2, 'wipe|clear|erase|shred|scrub|delete|tamper|falsify|destroy', 'trace|evidence|event log|audit log|security log|system log|shell history|bash history|command history|shadow copy|forensic|mbr|boot record|track'],
  [1.5, 'hide|conceal|cloak|disguise|mask|masquerade|obfuscate', 'payload|malware|its process|running process|process from|process list|process and|rootkit|artifact|malicious|ntfs|alternate data stream|ads|kernel module|shellcode'],
  [1, 'hide|extract|store|smuggle', 'alternate data stream|ntfs ads|ads'],
  // Persistence.
  [2, 'establish|maintain|achieve|install|plant|create|add|implant|deploy|open|set', 'persistence|foothold|backdoor|rootkit|bootkit|implant|webshell|trojan|spyware|ransomware|keylogger|cryptominer|botnet|stalkerware|worm|dropper|malware|reverse shell|covert channel'],
  [1, 'hide|hidden|stealthy|unnoticed|silent|backdoor', 'cron|service|scheduled task|startup|run key|autorun|launch agent|account|admin|user account|login'],
  // Collection.
  [2, 'intercept|interception|eavesdrop|wiretap|sniff|hook|tap', 'file access|keystroke|credential|pipe|syscall|system call|communication|password|conversation|phone call|sms|private message|login|plaintext|fifo|microphone|input'],
  [1, 'intercept|sniff|redirect|hijack|spoof|poison', 'traffic|packet|dns|arp|session|bgp|route|dhcp|name resolution'],
  [2, 'record|capture|log|monitor|watch|track|spy', 'keystroke|victim|webcam covert|without consent|without knowledge|secret|covert|unaware'],
  // Exfiltration.
  [2, 'exfiltrate|smuggle|leak|siphon|tunnel|exfiltration|exfil', 'data|file|dns|icmp|document|database|credential|information|secret|record|webhook|covert|steganography|content'],
  // Impact. Owners delete; nobody corrupts, floods or exhausts what is his.
  [2, 'corrupt|brick|sabotage|exhaust|overwhelm|flood|saturate|cripple|deface|ransom|bomb|starve', 'file|disk|quota|memory|system|data|database|server|service|network|host|resource|website|backup|partition|target|firmware|inode|space|cpu|bandwidth|inbox'],
  [1.5, 'encrypt|lock|destroy|wipe', 'victim|ransom|all file|user file|hostage|irrecoverable|irreversible|unrecoverable|demand|backup'],
  [2, 'mine|hijack', 'monero|cryptocurrency|cryptojacking|cpu of|without consent'],
  // People.
  [2, 'phish|phishing|lure|manipulate|deceive|trick|pretext|vishing|smishing|defraud|scam|blackmail|extort|coerce', 'user|victim|employee|target|sensitive information|person|psychological|login|credential|customer|recipient|elderly|bank|campaign|page|people|email'],
  [1, 'generate|create|craft|clone|produce|spread|post|publish|design', 'fake|deepfake|disinformation|counterfeit|phishing|social engineering|fraudulent|misleading|forged|impersonating|fake review'],
  // Reconnaissance. Administrators do it too: alone it is worth a look.
  [1, 'sweep|scan|discover|enumerate|walk|fingerprint|probe|dump|attempt|brute', 'port|live host|subnet|subdomain|smb|snmp|netbios|zone transfer|open port|wireless network|domain user|local network|domain controller|network share|active directory|arp|banner|ldap|rpc|network'],
  [1, 'collect|enumerate|gather|dump|map', 'active directory|domain trust|bloodhound|domain admin|group policy|osint|attack path'],
  [1, 'read|access|dump|write|patch|scrape', 'process memory|process environment|memory of|other process|dev mem|kcore|core memory'],
] // biome-ignore format: a table

/** `[points, phrases]`: names that techniques and tools of attack have, and nothing else. */
export const NAMES: readonly (readonly [points: number, phrases: string])[] = [
  [2, 'pass the hash|overpass the hash|pass the ticket|pass the key|golden ticket|silver ticket|diamond ticket|skeleton key attack|kerberoast|asrep roast|as rep roast|dcsync|dcshadow|mimikatz|lsass|credential stuffing|password spraying|hash cracking|token theft|cookie theft|ntlm relay|mfa fatigue|sim swap'],
  [2, 'process hollowing|process doppelganging|process herpaderping|module stomping|apc injection|early bird|reflective dll|dll hijack|dll sideloading|dll side loading|search order hijack|phantom dll|thread hijack|atom bombing|heap spray|rop chain|return oriented|shellcode|heaven gate|callback injection|ld preload hijack|com hijack|path hijack|namespace hijack|fifo hijack|pipe hijack'],
  [2, 'reverse shell|bind shell|web shell|meterpreter|cobalt strike|metasploit payload|c2 server|c2 channel|c2 beacon|command and control|domain fronting|dns tunnel|icmp tunnel|covert channel|fork bomb|logic bomb|zip bomb|slowloris|syn flood|udp flood|amplification attack|denial of service|cryptojack|self replicating|living off the land|lolbin'],
  [2, 'symlink race|symlink attack|toctou|race condition attack|privilege escalation|sandbox escape|container escape|vm escape|uac bypass|amsi bypass|edr evasion|av evasion|log wiping|timestomp|rootkit|bootkit|anti forensic|dirty cow|dirty pipe|token impersonation|arp spoofing|arp poisoning|dns poisoning|dns spoofing|llmnr poisoning|evil twin|rogue access point|deauth|ssl strip|man in the middle|man in the browser|session fixation'],
  [2, 'keylogger|keylog|infostealer|stalkerware|clipboard hijack|form grabbing|watering hole|drive by download|spear phish|business email compromise|psychological manipulation|social manipulation|sextortion|deserialization attack|deserialisation attack|prototype pollution attack|account takeover|supply chain attack|dependency confusion attack|typosquat|jailbreak'],
  [1, 'social engineering|bloodhound|impacket|responder poisoning|zone transfer|network sweep|ping sweep|port scan|arp scan|netbios scan|snmp walk|brute force|psexec|smbexec|wmiexec|template injection|xslt injection|code injection|command injection|sql injection|malicious code'],
  // What injections and their effects are called for short.
  [1, 'sqli|nosqli|cmdi|ssti|xxe|ssrf|rce|lfi|rfi|lpe|mitm|aitm|ddos|privesc|exfil|botnet|ransomware|malware|trojan|spyware|worm'],
] // biome-ignore format: a table

/** Who speaks of these is on the other side, looks things up, or teaches. */
export const GUARDING =
  'detect|prevent|protect|mitigate|remediate|investigate|triage|alert|rule|cve|advisory|quarantine|block|unblock|restore|harden|patch|sanitize|validate|verify|check|audit|comply|compliance|incident|threat|indicator|ioc|reputation|verdict|sandbox report|siem|soar|sigma|yara|mitre|att&ck|knowledge|awareness|training|simulation|lookup|explain|defend|defense|defence|monitor for|antimalware|anti|safe|safely|vulnerable|finding|scanner|assess|posture|hunt|suspicious|case|playbook|isolate|contain|decrypt ransomware|report|recommend|document|lint|warn|own code|code for|repository for|dependency for'

/** Verbs of tools that only tell of something. */
export const TELLING =
  'list|get|search|find|fetch|return|retrieve|look|query|describe|show|explain|summarize|report|view|learn|read|check|analyze|analyse|classify|count|update|add|ingest|enrich|submit|create a case|calculate'
