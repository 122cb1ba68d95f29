import type { WordsOfClasses } from '../lexicon.ts'

/** How something is asked for, and what honest texts say beside it. */
export const MANNER: WordsOfClasses = {
  not: `
    not no never dont doesnt without cannot cant wont none nicht kein* nie niemals ohne ne pas jamais sans aucun* nunca jamas sin ningun*
    nao nunca sem nenhum* non mai senza nessun* niet geen nooit zonder nie bez zadn* nigdy не нет никогда без ні ніколи без degil asla hicbir
    不 不要 别 別 勿 无需 無需 请勿 不得 不许 不能 没有 切勿 禁止 ない なく せず しないで なし ずに 지_마 하지_마* 마세요 말고 않고 없이 말아* 마라 절대
    لا لم لن بدون دون ابدا غير मत न नहीं बिना कभी không đừng chớ chưa_từng jangan tidak tanpa bukan`,
  must: `
    must should shall need_to have_to has_to required mandatory necessary obligatory essential crucial vital imperative required_to
    always strictly precisely muss mussen musst sollst zwingend unbedingt immer doit dois devez obligatoire imperati* toujours
    debe debes deben obligatorio siempre deve devem obrigator* sempre devi obbligator* moet moeten verplicht altijd musi musisz nalezy koniecznie zawsze
    должен должн* обязан* обязательно необходимо нужно всегда повинен повинн* потрібно обовязков* завжди zorunlu* gerek* mutlaka her_zaman
    必须 必須 务必 一定要 应当 需要 必ず べき なければ 반드시 필수 꼭 يجب لازم ضروري دائما ज़रूरी जरूरी अवश्य चाहिए हमेशा phải bắt_buộc cần luôn harus wajib selalu`,
  please: `
    please kindly pls bitte sil_vous_plait svp veuillez merci_de por_favor favor per_favore per_cortesia alstublieft alsjeblieft prosze пожалуйста прошу будь_ласка lutfen
    请 請 麻烦 ください 下さい お願い 해주세요 주세요 주십시오 세요 하십시오 من_فضلك رجاء يرجى कृपया vui_lòng hãy xin tolong mohon silakan harap`,
  urgent: `
    urgent urgently important immediate immediately critical emergency attention asap at_once right_away right_now warning alert notice crucial
    dringend wichtig sofort umgehend achtung immediatement attention urgente* importante* inmediatamente imediatamente atencion atencao subito immediatamente attenzione
    belangrijk onmiddellijk dringend pilne wazne natychmiast uwaga срочно важно немедленно внимание терміново важливо негайно увага acil onemli derhal hemen dikkat
    紧急 緊急 重要 立即 马上 注意 立刻 至急 重要 直ちに すぐに 注意 긴급* 중요* 즉시 주의 عاجل مهم فورا تنبيه तुरंत महत्वपूर्ण ध्यान khẩn_cấp quan_trọng ngay_lập chú_ý penting segera darurat perhatian`,
  now: `now instead henceforth from_here onwards from_now stattdessen jetzt nun maintenant ahora agora adesso ora nu teraz теперь сейчас вместо тепер зараз simdi artik 现在 現在 今 今から 지금 이제 الان अब bây_giờ sekarang`,
  new: `
    new updated revised real actual true additional special neue neuen neuer neues nouvelle* nouveau* nueva* nuevo* nova novo novas novos nuova nuove nuovo nuovi nieuwe now* nowe
    новая новые новое новую новый нові нове новий yeni 新 新的 以下 如下 下面 新しい 次の 以下の 새로운 새 다음 الجديد* جديد* التالي* नया नए नई निम्नलिखित mới sau_đây baru berikut*`,
  done: `
    enabled activated engaged unlocked finished completed complete done success successful successfully over ended resolved accomplished concluded end_of
    erledigt abgeschlossen beendet terminee fini acheve* completado completada terminado terminada concluida concluido finalizada completato completata finito voltooid klaar afgerond
    zakonczon* ukonczon* wykonan* завершен* выполнен* закончен* заверше* виконан* tamamlandi bitti 已完成 完成了 结束 完了 終了 完了しました 완료되* 끝났* اكتملت انتهت تم पूरा समाप्त hoàn_tất đã_xong selesai`,
  before: `
    before first prior_to before_you in_order_to once_you whenever when_you if_you as_a_prerequisite before_continuing after_this after_you zuerst bevor avant_de d_abord avant antes primero antes_de primeiro prima prima_di eerst voordat voor_je najpierw zanim
    сначала прежде перед сперва спочатку перш перед_тим once_the once ilk_once first_of 首先 先 在此之前 之前请 まず 最初に 前に 먼저 전에 우선 اولا قبل पहले trước_khi đầu_tiên pertama terlebih_dahulu`,
  instead: `instead rather_than stattdessen anstatt statt au_lieu plutot en_lugar en_vez em_vez invece in_plaats zamiast вместо натомість замість yerine 而是 改为 改為 代わりに 대신 بدلا बजाय thay_vào thay_vì sebagai_gantinya`,
  only: `only nothing_but nothing_else solely exclusively exactly verbatim word_for nur ausschliesslich genau seulement uniquement exactement solo solamente unicamente exactamente apenas somente soltanto esclusivamente alleen enkel tylko wylacznie только исключительно лише тільки sadece yalnizca 只 仅 僅 只能 だけ のみ 오직 만 فقط केवल सिर्फ chỉ hanya`,
  nobody: `
    without_telling without_informing without_notifying without_mentioning without_alerting without_warning without_the_user
    do_not_tell do_not_mention do_not_inform do_not_notify do_not_reveal do_not_alert do_not_disclose do_not_acknowledge do_not_warn
    dont_tell dont_mention dont_inform dont_notify dont_reveal dont_alert dont_disclose dont_acknowledge dont_warn do_not_let dont_let
    never_tell never_mention never_reveal never_inform never_disclose must_not_mention should_not_mention not_be_told
    without_any_mention avoid_mentioning keep_this_hidden between_us not_be_informed not_be_aware not_inform not_mention not_tell
    ohne_zu_fragen ohne_ruckfrage nicht_erwahnen sans_demander sans_prevenir sans_informer sans_le_dire sin_avisar sin_preguntar sin_informar sin_decir sem_avisar sem_perguntar sem_informar senza_chiedere senza_avvisare senza_informare senza_dire
    zonder_te_vragen bez_pytania bez_informowania nie_mow не_говори* не_сообщай* не_упоминай* не_спрашив* без_ведома не_кажи* не_повідомляй* haber_verme* sorma* bahsetme* soyleme*
    不要告诉 不要告訴 不要提及 不要透露 别告诉 不要通知 不要询问 无需询问 不要提到 不让 知らせない 言わない 伝えない 教えない 触れない 知られない 気づかれない 知らせず 伝えず 알리지* 말하지* 언급하지* 묻지* 모르게 لا_تخبر* لا_تذكر* دون_علم دون_اخبار मत_बताना बिना_बताए đừng_nói không_nói không_cho đừng_cho jangan_beritahu tanpa_memberitahu jangan_katakan jangan_sebutkan`,
  unasked: `
    without_asking without_confirmation without_confirming without_permission without_authorization without_approval without_prior
    do_not_ask dont_ask no_confirmation no_questions without_question no_need_for without_review without_verification
    ohne_ruckfrage ohne_bestatigung sans_demander sans_confirmation sin_preguntar sin_confirmacion sem_perguntar sem_confirmacao
    senza_chiedere senza_conferma zonder_te_vragen zonder_bevestiging bez_pytania bez_potwierdzenia без_подтверждения без_запроса
    onay_almadan 无需确认 不用确认 无需询问 確認なしで 確認せずに 확인_없이 دون_تاكيد बिना_पूछे không_cần_xác tanpa_konfirmasi`,
  label: `todo task instruction instructions order command action request aufgabe tache tarea compito zadanie задача 任务 タスク 작업`,
  note: `note notice attention reminder important urgent warning hinweis wichtig achtung nota remarque opmerking uwaga важно внимание dikkat 注意 重要 提示 주의 ملاحظة lưu_ý catatan नोट`,
  if: `if when unless whether wenn falls si se als jesli если якщо eger 如果 若 もし 만약 اذا अगर यदि nếu jika kalau`,
  lead: `
    also then and so but just simply additionally furthermore finally afterwards next first now again always never okay ok hi hello hey dear note todo important urgent attention kindly please very carefully immediately quickly instead once done
    und dann auch et puis ensuite aussi y luego tambien e depois tambem poi anche en dan ook i potem а затем потом также і потім ve sonra`,
  threat: `
    attack attacks attacker attackers injection injections malicious payload payloads exploit exploits vulnerability vulnerabilities adversary adversarial adversaries threat threats
    hijack hijacking poisoned poisoning jailbreaks detect detects detection detector detected mitigation mitigations mitigate red_team untrusted sanitize attempt attempts suspicious phishing spoofing evasion
    angriff* angreifer* attaque* attaquant* ataque* atacante* attacc* aanval* atak* атак* злоумыш* saldiri* 攻击 注入 攻撃 공격* هجوم हमला tấn_công serangan`,
  example: `
    example examples such_as eg for_instance like_this looks_like instructions_like something_like text_like things_like pattern patterns phrase phrases contains containing sentence quote test_case regex keywords category sample samples matches describes beispiel* exemple* ejemplo* exemplo* esempio voorbeeld* przyklad* пример* приклад* ornek* 例如 比如 例えば 예를 예시 مثل مثال उदाहरण ví_dụ contoh`,
  letter: `
    dear regards sincerely cheers best thanks thank hi hello let_me_know feel_free looking_forward if_you_have contact_us reply_to_this subscribe unsubscribe newsletter team join meeting lunch dinner attached is_due due_on payment_due payable
    liebe* grusse gruss bonjour cordialement merci hola saludos gracias ola obrigad* abracos ciao grazie saluti hallo groeten dzien pozdrawiam здравствуйте привет спасибо merhaba tesekkur* 你好 谢谢 ありがとう 안녕* 감사*`,
  common: `
    the a an of to in and or for is are was were be been it its this that these those with on at by from as have has had will would can could may might not which who what when where how there their they he she we our his her but if so than then also into about after more most some such any each other over only when out up
    you your i me my do does did no all one two time people said new just like get make see`,
  handle: `
    summarize summarise summarizes summarises summarizing summarising summary process processes processing reading reads asked_about index indexes indexing classify
    classifies analyze analyse analyzes analyzing translate translates translating translation compare compares comparing crawl crawls scrape scrapes parse parses parsing
    answering respond responding you_read zusammenfass* lies liest verarbeit* ubersetz* resum* lis lisez traite* traitez lee leer procesa* traduc* riassum* leggi legg* elabor*
    samenvat* leest verwerk* streszcz* czytasz читаешь обрабатыва* резюмир* переводишь читаєш обробля* ozetle* okurken okuyorsan islersen
    总结 總結 摘要 读到 阅读 閱讀 处理 要約 読んで 処理 요약* 읽* 처리* تلخيص تقرا تعالج सारांश पढ़* tóm_tắt đọc meringkas membaca`,
  memory: `
    memory remember memorize memorise long_term future_sessions all_later future_conversations later_sessions your_notes keep_in_mind store_in for_all_future
    gedachtnis merke_dir merk_dir memoire souviens memoria recuerda lembre ricorda geheugen onthoud pamiec zapamietaj память запомни пам'ять запам'ятай hafiza hatirla 记住 记忆 記憶 覚えて 기억* ذاكره تذكر याद ghi_nhớ bộ_nhớ ingat memori`,
  det: `only everything nothing everybody everyone five three ten twelve
    0* 1* 2* 3* 4* 5* 6* 7* 8* 9* the a an all any every each this that these those your my our his her their its it me them him us some`,
  third: `he she they their his her we our`,
  times: `times endlessly forever over_and_over infinite endless mal_hintereinander fois veces vezes volte keer razy раз разів kez 次 遍 回 번 مرات مرة बार lần kali`,
  software: `
    npm pip git install build test tests code commit branch config configuration parameter parameters option options default value values returns return server client package module class method field fields type typescript python docker
    request http json yaml cli variable string query version release repository documentation readme`,
  noun: `
    email mail post text message wire pay share transfer copy order book schedule report access search list change state answer
    output print start run call route display mark name update use open review check query scan download load get issue release
    file request register sign transfer set stop reset kill trigger launch command note quote show present draft repeat
    export broadcast deposit reserve purchase promote sync visit dial click help turn balance move prompt`,
}
