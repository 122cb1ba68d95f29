import type { WordsOfClasses } from '../lexicon.ts'

/** What acts are about, and who is meant. */
export const MATTERS: WordsOfClasses = {
  prior: `
    previous prior earlier above preceding former foregoing existing initial original all_of_your everything before_this
    so_far up_to_now until_now given_to_you you_were_given youve_been you_have_been old past any_other all_other other_instructions
    vorherig* bisherig* vorangegangen* fruher* obig* zuvor bestehend* ursprunglich* alle alles
    precedent* anterieur* prealable* ci_dessus initiale* toutes tous existant* d_origine
    anterior* previ* precedent* iniciales original* todas todos existentes
    anterior* previas previos anteriores existentes todas iniciais
    precedent* preced* iniziali tutte originali esistenti finora
    vorige eerdere voorgaande bovenstaande bestaande alle oorspronkelijke
    poprzedni* wczesniejsz* dotychczas* powyzsz* wszystk* pierwotn*
    предыдущ* прежн* ранее ранние вышеуказ* вышеизл* прошл* все всё существующ* изначальн* исходн*
    попередн* раніш* вищенавед* усі всі наявн*
    onceki tum butun yukaridaki daha_once mevcut
    之前 以前 先前 前面 上面 以上 此前 所有 一切 全部 原有 原来 原本 上述 現有 现有 旧的
    以前 これまで 上記 先の 前の すべて 全て 従来 元の 今まで 以上の
    이전* 앞의 앞선 위의 모든 기존* 지금까지
    السابق* اعلاه جميع كل الاصلي* الاولي*
    पिछले पिछली पूर्व पहले सभी ऊपर पुराने
    trước trên tất_cả mọi ban_đầu trước_đó
    sebelumnya di_atas semua seluruh terdahulu`,
  orders: `
    instruction instructions rule rules directive directives guideline guidelines prompt prompts command commands orders
    constraint constraints restrictions policies programming directions system_prompt initial_prompt protocols guidance
    anweisung* instruktion* regel regeln vorgaben richtlinie* befehl* anordnung* auftrage systemprompt eingaben
    instruction* consigne* regle* directive* ordres
    instruccion* regla reglas directriz directrices ordenes indicacion* mensaje_del
    instruco* instrucoes regras diretriz* ordens comandos orientac*
    istruzion* regole direttiv* ordini comandi indicazion*
    instructies regels richtlijn* opdrachten bevelen aanwijzing*
    instrukcj* zasad* reguly polecen* wytyczn* rozkaz* dyrektyw*
    инструкци* правил* указани* директив* команд* распоряж* промпт* ограничени*
    інструкц* вказівк* правил* команд* наказ* обмежен*
    talimat* kural* yonerge* komut* emir emirler* direktif*
    指令 指示 指引 规则 規則 命令 提示词 提示 要求 限制 约束 設定 设定 说明 提示詞 准则
    指示 命令 ルール 規則 プロンプト 指令 制約 設定 ガイドライン
    지시* 지침* 규칙* 명령* 프롬프트* 제약* 설정
    التعليمات تعليمات* التوجيهات* القواعد* الاوامر* اوامر* تعليماتك القيود
    निर्देश* नियम* आदेश* हिदायत*
    hướng_dẫn chỉ_dẫn quy_tắc chỉ_thị mệnh_lệnh lệnh yêu_cầu
    instruksi* aturan* perintah* arahan* petunjuk* panduan*`,
  said: `
    requests context messages message requirements boundaries parameters conversation objectives training text content everything
    anything chat dialogue discussion tasks task kontext nachrichten contexte contexto contesto kontekst контекст 上下文 对话 内容 文脈 会話 문맥 대화 السياق संदर्भ ngữ_cảnh konteks`,
  answer: `
    response responses answer answers reply replies output outputs summary final_answer your_answer your_reply
    your_response your_summary your_output your_next
    antwort* ausgabe zusammenfassung reponse* respuesta* resumen resposta* resumo risposta* riassunto antwoord* samenvatting
    odpowiedz* podsumowan* ответ* ответе резюме відповід* yanit* cevap* ozet*
    回答 回复 答复 回應 摘要 返答 応答 要約 답변* 응답* 요약* رد ردك اجابه* اجابتك जवाब उत्तर câu_trả_lời phản_hồi jawaban* tanggapan* ringkasan`,
  secret: `
    password passwords credential credentials secret secrets token tokens api_key api_keys ssh_key ssh_keys private_key private_keys
    ssn passport security_code otp cvv seed_phrase recovery_phrase access_key access_keys env dotenv id_rsa keys
    cookies session_cookie credit_card card_number bank_account social_security verification_code security_codes passcode
    passwort* kennwort* zugangsdaten geheimnis* schlussel mot_de_passe mots_de_passe identifiants secrets cle_api cles
    contrasena* credenciales secretos clave claves senha* credenciais segredos chave password segreti credenziali chiavi
    wachtwoord* inloggegevens geheimen hasl* poswiadczen* sekret* tajn* парол* учетн* секрет* ключ* токен* облікові таємн*
    sifre* parola* gizli kimlik_bilgi* anahtar* 密码 密碼 凭证 憑證 凭据 密钥 密鑰 令牌 口令 机密 秘密 パスワード 認証情報 秘密 鍵 トークン キー 機密
    비밀번호* 자격* 비밀* 키를 토큰* 암호* كلمه_المرور كلمات_المرور بيانات_الاعتماد اسرار مفتاح* मापदंड पासवर्ड गोपनीय क्रेडेंशियल टोकन
    mật_khẩu thông_tin_đăng khóa_api mã_thông kata_sandi sandi kredensial rahasia`,
  private: `
    private confidential personal sensitive conversation chat_history history internal environment_variables system_prompt
    initial_prompt patient medical financial source_code phone_number home_address email_address location identity
    privat* vertraulich* personlich* gesprachsverlauf verlauf prive* confidentiel* personnel* historique conversation*
    privad* confidencial* personal* conversacion* historial pessoa* conversa historico riservat* personali conversazion* cronologia
    vertrouwelijk* persoonlijk* gesprek* poufn* osobist* prywatn* rozmow* личн* конфиденциал* переписк* истори* приватн* особист* конфіденц* листуван*
    ozel kisisel gizli konusma* 私人 隐私 個人 个人 敏感 对话 對話 历史记录 聊天记录 個人情報 会話 履歴 プライベート 機微
    개인* 대화* 기밀* 민감* 이력 خاص* سري* شخصي* محادثه* المحادثه व्यक्तिगत निजी बातचीत संवेदनशील
    riêng_tư cá_nhân cuộc_trò_chuyện nhạy_cảm lịch_sử pribadi percakapan rahasia riwayat`,
  belongings: `
    inbox emails mailbox files file account accounts contacts calendar documents document database records record data
    attachments attachment channel channels messages repository repo invoice invoices transaction transactions payment payments
    balance money funds drive cloud folder event appointment reservation hotel order booking address photos notes logs
    dateien datei postfach konto kontakte kalender daten dokument* rechnung* fichier* boite compte contacts donnees document*
    archivo* ficheros correo* cuenta* contactos datos documento* arquivo* conta contas dados documentos file cartella dati conto contatti
    bestand* rekening contacten gegevens plik* konto kontakt* dane skrzynk* dokument* файл* почт* счет* счёт* контакт* данн* документ* рахунок* дан*
    dosya* hesap hesab* e_posta* kisi* veri* belge* 文件 邮件 郵件 账户 帳戶 账号 联系人 聯絡人 数据 資料 收件箱 日历 文档 ファイル メール 口座 アカウント 連絡先 データ 予定
    파일* 메일* 이메일* 계정* 계좌* 연락처* 데이터* 문서* ملف ملفات الملفات البريد حساب* بيانات الحساب جهات फाइल* फ़ाइल* ईमेल खाता खाते संपर्क डेटा दस्तावेज
    tệp tập_tin thư tài_khoản danh_bạ dữ_liệu tài_liệu berkas surel akun kontak data dokumen rekening`,
  tool: `
    tool tools function functions api endpoint command script plugin mcp webhook terminal shell powershell tool_call function_call
    werkzeug* funktion* befehl outil* fonction* commande herramienta* funcion* ferramenta* funcao funcoes strument* funzion*
    hulpmiddel* functie* narzedzi* funkcj* инструмент* функци* інструмент* функці* arac* araci fonksiyon* islev*
    工具 函数 函數 接口 脚本 命令 ツール 関数 コマンド スクリプト 도구* 함수* 명령어 스크립트* اداه الاداه ادوات داله टूल* उपकरण फ़ंक्शन công_cụ hàm alat fungsi`,
  guard: `
    restriction restrictions filter filters limitation limitations safeguards guardrails censorship safety safety_guidelines
    content_policy content_policies ethical ethics moderation refuse refusal refusals apologize apologies disclaimer disclaimers
    warnings caveats limits boundaries refused_to confirmation consent approval permission
    einschrankung* filter sicherheitsrichtlin* verweiger* restriction* filtre* restriccion* filtros restricoes limitazion* beperking* ograniczen* ограничени* фильтр* обмежен* kisitlama* filtre*
    限制 过滤 過濾 审查 安全策略 道德 拒绝 制限 フィルター 検閲 倫理 拒否 제한* 필터* 검열* 윤리* قيود फिल्टर प्रतिबंध giới_hạn bộ_lọc batasan`,
  mode: `
    jailbreak jailbroken godmode god_mode developer_mode dev_mode debug_mode maintenance_mode admin_mode unrestricted uncensored
    unfiltered dan_mode sudo_mode no_limits without_restrictions no_restrictions unlimited_mode root_mode test_mode override_mode
    experimental_features experimental_procedure training_exercise do_anything emergency_mode unlocked limitless
    entwicklermodus wartungsmodus mode_developpeur modo_desarrollador modo_desenvolvedor modalita_sviluppatore ontwikkelaarsmodus tryb_dewelopera
    режим_разработчика режим_розробника gelistirici_modu 开发者模式 開發者模式 越狱 无限制 開発者モード 制限なし 개발자_모드 وضع_المطور डेवलपर_मोड chế_độ_nhà mode_pengembang`,
  task: `
    task tasks objective goal mission job assignment
    aufgabe* ziel schritt tache* objectif etape mission tarea* objetivo paso mision tarefa* passo missao compito compiti obiettivo
    taak taken doel stap zadani* cel krok* задач* задани* цель шаг* завданн* мета крок* gorev* hedef* adim*
    任务 任務 目标 目標 步骤 問題 问题 任務 タスク 仕事 目的 手順 작업* 임무* 목표* 과제* مهمه المهمه هدف خطوه कार्य काम लक्ष्य चरण nhiệm_vụ mục_tiêu bước tugas* tujuan langkah`,
  model: `
    ai assistant assistants agent agents llm llms chatbot chatbots bot gpt chatgpt claude gemini copilot llama mistral openai anthropic language_model
    language_models ai_model ai_agent ai_assistant ai_agents ai_assistants ai_models codex virtual_assistant intelligent_agent dear_ai
    bots robot robots grok deepseek qwen bard perplexity language_model large_language ai_systems
    assistent* sprachmodell* ki ki_agent kunstliche_intelligenz modell assistant* agent_ia modele modele_de ia intelligence_artificielle
    asistente* agente_de modelo_de modelo inteligencia_artificial assistente* agente_ia inteligencia modello intelligenza_artificiale
    taalmodel kunstmatige asystent* model_jezykowy agentow agencie sztuczna ассистент* помощник* модель агент* ии нейросет* бот асистент* помічник* модел* ші штучн*
    asistan* yapay_zeka 助手 助理 人工智能 人工智慧 模型 智能体 智能體 机器人 大模型 アシスタント エージェント モデル 人工知能 言語モデル
    어시스턴트* 모델* 에이전트* 인공지능* 챗봇* 비서 المساعد مساعد* الذكاء_الاصطناعي نموذج* الوكيل सहायक असिस्टेंट मॉडल एआई एजेंट trợ_lý mô_hình asisten* agen kecerdasan_buatan`,
  you: `
    you your yourself youre youve du dich dir dein* ihr tu vous votre vos ton te toi usted tus su voce voces seu sua lei vostro tuo tua tuoi jij je jouw u uw ty cie twoj* twoje
    ты тебя тебе твой твои твоя вы вас вам ваш* ти тебе твої ви вас вам sen sana senin siz sizin 你 您 你的 您的 あなた あなたの お前 君 당신* 너 너의 네 انت انتم لك
    आप आपका आपके आपको तुम तुम्हारा bạn của_bạn kamu anda kau`,
  user: `
    user users human customer owner victim recipient anyone anybody them him everyone client employer person
    benutzer* nutzer* anwender* kunde* menschen utilisateur* client usuari* cliente utente utenti gebruiker* klant uzytkownik* klient*
    пользовател* клиент* человек* користувач* клієнт* kullanici* musteri* 用户 用戶 使用者 客户 人类 ユーザー ユーザ 利用者 顧客 사용자* 고객* 유저* المستخدم* مستخدم العميل
    उपयोगकर्ता* यूजर ग्राहक người_dùng khách_hàng pengguna pelanggan`,
  authority: `
    administrator admin developer developers operator security_team compliance it_department headquarters ceo manager
    authorized authorised approved official verified certified mandated supervisor system_administrator trusted platform
    administrator* entwickler* administrateur* developpeur* administrador* desarrollador* desenvolvedor* amministrator* sviluppator* beheerder* ontwikkelaar* deweloper*
    администратор* разработчик* оператор* адміністратор* розробник* yonetici* gelistirici* 管理员 管理員 开发者 開發者 官方 運営 管理者 開発者 관리자* 개발자* المسؤول المطور* المشرف प्रशासक डेवलपर quản_trị nhà_phát_triển administrator pengembang`,
  me: `
    me my mine i myself us our mein* mir mich moi mon ma mes mi mis meu minha mio mia mij mijn moj* moje мне мой мои меня мені мій benim bana 我 我的 私 私の 나에게 내 저에게 لي मुझे मेरे मेरा tôi của_tôi saya ku`,
  system: `system system_message system_prompt system_notice system_note system_update systemnachricht systeme sistema systeem systemow* системн* система sistem* 系统 系統 システム 시스템* النظام सिस्टम hệ_thống`,
  tomodel: `
    to_the_assistant to_the_ai to_ai to_any_model to_any_ai to_any_assistant to_assistants to_llms to_the_agent to_chatbots
    for_ai for_the_ai for_the_assistant for_assistants for_llms for_llm for_any_ai for_any_assistant for_language_models
    to_ai_agents for_ai_agents to_ai_assistants for_ai_assistants for_ai_systems to_ai_systems to_all_ai dear_ai dear_assistant dear_agent dear_chatbot
    an_den_assistenten fur_ki an_die_ki fur_assistenten fur_den_assistenten a_l_assistant pour_l_assistant pour_l_ia aux_assistants al_asistente para_el_asistente para_la_ia
    ao_assistente para_o_assistente para_a_ia per_l_assistente all_assistente per_l_ia voor_de_ai voor_de_assistent aan_de_assistent
    dla_asystenta do_asystenta dla_ai для_ассистента ассистенту для_ии для_асистента асистенту для_ші asistana asistan_icin yapay_zekaya
    助手的 给ai 给助手 致ai アシスタントへ aiへの 어시스턴트에게 للمساعد सहायक_के cho_trợ_lý cho_ai untuk_asisten kepada_asisten`,
  here: `
    this_page this_document this_text this_email this_message this_mail this_file this_note this_line this_content this_section this_paragraph this_review
    this_record this_website this_site this_article this_listing this_issue this_ticket this_thread this_step this_repository this_instruction the_document the_page the_text above below
    diesen_text diese_seite dieses_dokument diese_nachricht diese_mail ce_texte cette_page ce_document ce_message cet_email este_texto esta_pagina este_documento este_correo este_mensaje
    esta_mensagem este_email questo_testo questa_pagina questo_documento questa_email deze_tekst deze_pagina dit_document ten_tekst ta_strona этот_текст эту_страницу этот_документ это_письмо
    эту_заметку цей_текст цю_сторінку bu_metni bu_sayfayi bu_belgeyi 这封邮件 本页 此页 本文 这段文字 这个页面 このページ この文書 このメール 이_페이지 이_문서 이_메일 هذه_الصفحه هذا_النص इस_पृष्ठ trang_này bài_này halaman_ini`,
  outrank: `
    override overrides overriding precedence higher_priority top_priority highest_priority priority_over full_authority outrank outranks supersede supersedes more_important
    replaces_the replace_the takes_priority vorrang priorite_sur prioridad_sobre prioridade_sobre priorita_su voorrang приоритет* öncelik* 优先于 优先级 優先 우선순위`,
}
