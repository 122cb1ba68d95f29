import type { WordsOfClasses } from '../lexicon.ts'

/**
 * Verbs, in the forms in which one asks for something. English: the base form. Others: the imperative and what
 * serves for it, mostly as stems, because they are inflected.
 */
export const ACTS: WordsOfClasses = {
  dismiss: `
    ignore disregard forget override overrule bypass discard neglect dismiss supersede abandon suspend nullify invalidate
    void obsolete superseded invalid overridden outdated revoked cancelled suspended unlearn disobey violate circumvent
    aside away scrap overlook set_aside wiped do_not_follow dont_follow stop_following no_longer_follow not_apply no_longer_apply no_longer_bound
    no_longer_valid pay_no_attention never_mind throw_out do_not_obey break_free clear_your
    ignorier* missacht* vergiss vergessen ubergeh* verwirf* umgeh* ausser_acht
    ignorez ignore ignorer oublie oubliez oublier outrepass* contourn* passe_outre faites_abstraction fais_abstraction
    ignora ignoren ignorar ignoren olvida olvide olviden olvidar omite omitir descarta descarte desestim* anula
    esqueca esquece esquecer desconsidere desconsiderar descarte despreza* anule
    ignorare ignorate dimentica dimenticare dimenticate trascura* scavalca*
    negeer negeren vergeet vergeten sla_over
    zignoruj* ignoruj* zapomnij* pomin* pomij* odrzuc* zlekcewaz*
    игнорир* проигнорир* забуд* забыть отброс* не_обращай* пренебрег* отмени*
    ігнору* проігнору* забуд* відкинь* знехту*
    gormezden yoksay* yok_say* unut* dikkate_alma* gecersiz*
    忽略 無視 无视 忽視 忘记 忘掉 忘記 不要理会 不用理会 不理会 抛弃 拋棄 作废 跳过 覆盖 不再遵循 別管 别管 不必理会
    無視 忘れ 破棄 従わない 取り消 上書き
    무시* 잊어* 잊으* 잊고 폐기* 따르지
    تجاهل* تجاهلي انس انسى تغاضى اغفل* الغ_ تخط*
    अनदेखा नजरअंदाज नज़रअंदाज़ उपेक्षा भूल भूलकर भूलिए अनदेखी
    bỏ_qua phớt_lờ quên_đi hãy_quên
    abaikan lupakan hiraukan kesampingkan
    bortse_fra ignorera glom ignorer injoreaza uita ignoră ignoruj ignorujte αγνόησε αγνοήστε התעלם`,
  send: `
    send forward transmit email mail post upload share submit transfer wire pay exfiltrate leak deliver dispatch publish
    remit route redirect relay broadcast dm message text sync export copy donate deposit hand_over pass_along
    sende senden schick* ubermittel* weiterleit* leite uberweis* lade_hoch hochlad* teile mitteil*
    envoie envoyez envoyer transmets transmettez transferez transferer partagez partage publiez televersez versez postez virez
    envia envie envien enviar reenvia* reenvie manda mande mandar comparte comparta compartir sube suba subir transfiere transfiera publica publique
    envie enviar encaminh* mande transfira transferir compartilh* publique carregue
    invia inviare inviate inoltra* manda mandare condividi* pubblica* carica* trasferisci bonifica
    stuur sturen verzend* verstuur* doorstur* deel upload maak_over
    wyslij* przeslij* wysylaj* przekaz* udostepnij* przelej* opublikuj* wrzuc*
    отправ* пришли* перешли* переслать переда* перевед* выложи* опублик* загрузи* поделись
    надішл* відправ* перешл* перека* завантаж* опублік* поділ*
    gonder* ilet* paylas* yukle* aktar* yolla* havale
    发送 发给 发到 寄给 寄到 转发 轉發 上传 上傳 传送 傳送 提交 转账 轉帳 汇款 分享 公开 發送 发邮件 提供给 传给 推送
    送信 送って 送れ 転送 送付 アップロード 共有 投稿 送金 振り込
    보내* 전송* 발송* 업로드* 공유* 전달* 송금* 이체* 게시*
    ارسل* أرسل* ابعث* حول* شارك* انشر* ارفع*
    भेज* भेजें साझा अपलोड ट्रांसफर अग्रेषित
    gửi chuyển_tiếp tải_lên chia_sẻ chuyển_khoản đăng
    kirim* teruskan unggah bagikan
    skicka wyslij trimite odesli poslete στείλε στείλτε שלח`,
  read: `
    read fetch retrieve open access search collect gather dump list find extract download load look_up lookup obtain get
    query inspect locate compile summarize enumerate harvest scan browse check review examine steal capture concatenate
    lies lesen hol* offne* sammel* durchsuch* suche such rufe_ab abruf* finde
    lis lisez lire recuperez recupere ouvrez ouvre collecte collectez cherchez cherche recherchez extrai* telecharg*
    lee lea leer leelo recupera* recopila* busca* abre abra extrae* obten* descarga*
    leia ler recupere colete busque abra abrir extraia obtenha baixe
    leggi leggere recupera* raccogli* cerca* apri* estrai* scarica*
    lees lezen haal_op ophalen open verzamel* zoek* download*
    przeczytaj* odczytaj* pobierz* zbierz* otworz* wyszukaj* znajdz*
    прочитай* прочти* прочит* открой* собери* собер* найди* найд* извлек* скачай* получи*
    прочита* відкрий* збери* знайди* витягн* отрима*
    oku* ac topla* bul ara indir* getir*
    读取 读出 打开 查找 搜索 搜尋 收集 获取 獲取 取得 检索 提取 下载 讀取 查看 查询 访问 列出
    読み 読んで 読め 読み取 開いて 開け 取得 収集 検索 抽出 ダウンロード 調べ
    읽* 열어* 열고 가져* 수집* 검색* 조회* 추출* 찾아* 다운로드* 확인하고
    اقرا* افتح* اجمع* ابحث* استخرج* احصل* نزل*
    पढ़* पढ़ें खोल* खोज* निकाल* एकत्र* इकट्ठा* प्राप्त*
    đọc mở thu_thập tìm lấy trích_xuất truy_cập
    baca* buka* kumpulkan cari* ambil* unduh*`,
  destroy: `
    delete remove erase wipe drop destroy terminate disable deactivate uninstall purge shutdown shut_down stop kill
    encrypt corrupt disrupt sabotage cancel revoke overwrite reset
    losche* loesch* entfern* vernicht* deaktivier* uberschreib*
    supprim* efface* detrui* desactiv*
    borra* borre* elimina* elimine* suprim* destruy* desactiv*
    apague apagar exclua excluir elimine remova desativ*
    cancella* elimina* rimuovi* distruggi* disattiva*
    verwijder* wis wissen
    usun* skasuj* wykasuj* wylacz*
    удали* удаляй* сотри* стереть уничтож* отключи*
    видали* зітри* знищ* вимкн*
    sil silin* kaldir* yok_et* devre_disi
    删除 刪除 清空 移除 销毁 抹掉 停用 关闭 卸载
    削除 消去 消して 破壊 無効に 停止
    삭제* 지워* 제거* 파괴* 비활성*
    احذف* امسح* ازل* دمر* عطل*
    हटा* मिटा* डिलीट नष्ट
    xóa xoá gỡ_bỏ hủy
    hapus* musnahkan nonaktif*`,
  change: `
    change modify update edit alter replace grant elevate escalate increase decrease raise lower add invite book reserve
    buy purchase order schedule reschedule deploy install create register approve authorize assign allocate reallocate adjust
    enable activate unlock whitelist subscribe sign_up enroll move rename mark set promote configure withdraw issue
    prescribe administer dispense manipulate tamper falsify engineer intercept refund merge divert reassign vote block unfriend
    turn_off turn_on switch_off switch_on set_up sell inject sign hire accept
    andern aktualisier* erhoh* erteil* gewahr* buche* bestell* erstell* installier* fuge_hinzu aktivier*
    modifie modifiez modifier changez mets_a mettez_a augmentez accordez reservez achetez achete creez creer installez ajoutez activez
    cambia cambie modifica modifique actualiza actualice aumenta concede reserva compra crea cree instala agrega anade activa
    altere alterar mude mudar atualize aumente conceda compre crie instale adicione ative
    aggiorna concedi prenota installa aggiungi attiva cambiare modificare aggiornare
    wijzig* verander* boek* koop maak installeer* voeg_toe activeer*
    zmien* zaktualizuj* zwieksz* przyznaj* zarezerwuj* kup utworz* zainstaluj* dodaj* aktywuj*
    измени* обнови* увелич* предостав* заброн* купи* созда* установи* добав* активир*
    зміни* онов* збільш* надай* заброню* купи* створи* встанов* дода* актив*
    degistir* guncelle* arttir* artir* rezerv* satin_al* olustur* kur ekle* etkinlestir*
    修改 更改 更新 授予 添加 增加 预订 購買 购买 创建 安装 邀请 注册 批准 激活 启用 设置为
    変更 更新 付与 追加 予約 購入 作成 インストール 有効に
    변경* 수정* 업데이트* 추가* 예약* 구매* 생성* 설치* 부여* 활성*
    غير عدل* حدث* اضف* احجز* اشتر* انشئ* ثبت* امنح*
    बदल* अपडेट जोड़* खरीद* बनाएं इंस्टॉल सक्रिय
    thay_đổi sửa cập_nhật thêm đặt_phòng mua tạo cài_đặt cấp_quyền
    ubah* perbarui tambahkan pesan beli buat instal* aktifkan`,
  run: `
    run execute call invoke trigger launch use perform start eval curl wget activate carry_out make_a_request
    fuhre* ausfuhr* aufruf* rufe starte nutze verwende benutze
    executez lancez lance appelez appelle utilisez
    ejecuta ejecute llama llame invoca* usa use utiliza*
    execute executar chame chamar invoque use utilize
    esegui* chiama* invoca* usa usare utilizza* avvia*
    voer_uit uitvoer* roep_aan aanroep* gebruik start
    uruchom* wykonaj* wywolaj* uzyj* uzywaj*
    выполни* запусти* вызов* вызыва* используй* 
    викона* запуст* виклич* використа*
    calistir* yurut* cagir* kullan*
    执行 運行 运行 调用 調用 呼叫 使用 启动 執行
    実行 呼び出 使用 使って 起動
    실행* 호출* 사용* 구동*
    نفذ* شغل* استدع* استخدم*
    चलाएं चलाओ निष्पादित उपयोग कॉल
    chạy thực_thi thực_hiện gọi sử_dụng
    jalankan panggil gunakan eksekusi lakukan`,
  say: `
    say tell reply respond answer print output write repeat include append prepend mention recommend translate state claim
    display show present reveal disclose insert embed quote render generate produce compose draft praise promote advertise
    advise inform echo spell encode reformat convert rewrite summarise conclude begin_your end_your start_your insist
    reiterate acknowledge confirm suggest encourage urge persuade convince explain describe speak rate rank classify leave_out begin
    report name prefer
    sag sage sagen antworte* schreib* wiederhol* gib_aus ausgeb* zeig* nenn* empfiehl* ubersetz* verrate* erwahn*
    dis dites repond* ecris ecrivez repete repetez affich* montre* revel* recommand* tradui* mentionn* indique* ajoute
    di diga decir responde* responda escrib* repit* repet* muestra* muestre revela* recomiend* traduc* menciona* incluye*
    diga dizer responda responder escreva repita mostre revele recomende traduza mencione inclua
    di dire rispondi* scrivi* ripeti* mostra* rivela* consiglia* traduci* menziona* includi*
    zeg antwoord* schrijf* herhaal* toon onthul* vertaal* vermeld*
    powiedz* odpowiedz* napisz* powtorz* pokaz* ujawn* polec* przetlumacz* wypisz* dolacz*
    скаж* ответ* напиш* повтор* покаж* раскро* рекоменд* перевед* выведи* сообщи* добавь
    скаж* відповід* напиш* повтор* покаж* розкр* рекоменд* виведи* повідом*
    soyle* cevapla* yanitla* yaz tekrarla* goster* acikla* oner* cevir* ekle*
    回答 回复 回覆 输出 輸出 告诉 告訴 显示 顯示 重复 重複 写出 透露 泄露 推荐 推薦 翻译 翻譯 列出 说出 打印 包含
    答え 回答 返信 出力 表示 書いて 書け 言って 教えて 明かし 推薦 翻訳 繰り返 含めて
    답변* 대답* 출력* 표시* 말해* 말하* 알려* 공개* 추천* 번역* 반복* 작성* 포함*
    قل اجب* اكتب* كرر* اظهر* اعرض* اكشف* اوص* ترجم* اطبع* اخبر*
    बताएं बताओ बताइए जवाब उत्तर लिखें लिखो दोहराएं दिखाएं अनुवाद आउटपुट कहें कहो
    trả_lời nói viết in_ra lặp_lại hiển_thị tiết_lộ giới_thiệu dịch cho_biết xuất
    katakan jawab tulis* ulangi tampilkan ungkapkan rekomendasikan terjemahkan sertakan cetak beritahu sebutkan`,
  reveal: `
    reveal disclose leak print output repeat show display recite dump spell share echo expose tell give list paste paraphrase
    verrate* zeig* wiederhol* gib_aus ausgeb* nenn* montre* revel* affich* repete repetez divulg* muestra* muestre revela* repit*
    mostre repita mostra* rivela* ripeti* toon onthul* herhaal* pokaz* ujawn* wypisz* powtorz* покаж* раскро* повтор* выведи* розкр*
    goster* acikla* tekrarla* 透露 泄露 显示 顯示 输出 輸出 告诉 告訴 重复 明かし 表示 出力 教えて 繰り返 공개* 출력* 알려* 표시* اكشف* اظهر* اعرض* كرر*
    बताएं बताओ दिखाएं दोहराएं tiết_lộ hiển_thị lặp_lại ungkapkan tampilkan ulangi`,
  act: `
    do follow comply obey adhere proceed continue complete fulfill finish accomplish behave prioritize ensure make
    concentrate focus help assist give provide take turn keep put go need consider treat regard imagine act analyze verify
    remember obey skip decode save store leave validate monitor manage conduct assess protect secure optimize perform restart
    befolg* tu tun mach mache erledig* beachte* halte gib sorge
    suis suivez suivre obei* fais faites accompli* respecte* donne* 
    sigue siga sigan haz haga hacer obedece* cumple* cumpla realiza* da dame 
    siga seguir faca fazer obedeca cumpra realize de
    segui* fai fare obbedisci* esegui* completa* dai
    volg volgen doe doen gehoorzaam* voltooi* geef
    zrob* postepuj* wykonuj* przestrzegaj* zastosuj* daj*
    следуй* сделай* делай* подчин* соблюда* дай* действуй*
    дотримуйс* зроби* виконуй* підкор* дій*
    uy uyun* yap yapin* takip_et* tamamla* ver
    遵循 遵守 遵从 按照 执行以下 完成 服从 照做 照着 做到 请做
    従って 従い 従え して やって 行って 行い 守って
    따르* 따라* 수행* 완료* 하세요 해라 하십시오
    اتبع* نفذ* افعل* قم التزم* اكمل*
    पालन करें करो कीजिए करना अनुसरण
    làm tuân_theo tuân_thủ hoàn_thành thực_hiện
    ikuti patuhi lakukan kerjakan selesaikan`,
  hide: `
    hide conceal secretly silently quietly discreetly covertly stealthily unnoticed undetected unseen surreptitiously
    keep_secret keep_this keep_it_secret behind_the_scenes under_the_radar without_notice in_the_background confidentially
    heimlich unbemerkt verheimlich* verschweig* stillschweigend verberg*
    discretement secretement silencieusement cache* dissimul* en_secret
    discretamente secretamente silenciosamente oculta* oculte esconde* en_secreto
    ocult* esconda escond* sigilosamente em_segredo
    segretamente silenziosamente discretamente nascondi* di_nascosto
    heimelijk stiekem verberg* stilletjes
    potajemnie dyskretnie cicho ukryj* ukrywaj* po_cichu zataj*
    тайно незаметно скрытно скрой* скрыва* втайне молча утаи* тихо
    таємно непомітно прихова* мовчки потай
    gizlice sessizce gizle* sakla* habersiz
    偷偷 悄悄 秘密地 暗中 隐瞒 隱瞞 隐藏 隱藏 私下 保密 默默
    密かに こっそり 隠して 隠し 内緒 秘密裏 黙って
    몰래 은밀* 비밀리* 숨기* 숨겨* 조용히
    سرا خفيه بصمت اخف* بسريه
    चुपके चुपचाप गुप्त छिपा* छुपा*
    bí_mật lặng_lẽ âm_thầm che_giấu giấu
    diam_diam rahasiakan sembunyikan`,
  request: `
    asked told instructed want_you need_you like_you ask_you tell_you instruct_you require_you expects_you requested
    your_task your_job your_goal your_mission your_objective your_role your_duty you_are_to you_have_to you_must you_need
    you_should you_will you_shall you_are_required you_are_now you_are_going asks_you wants_you requires_you order_you
    give_you gave_you assigned_a been_assigned forgot_to
     you_were_supposed you_are_instructed remind_you help_me my_request
    deine_aufgabe ihre_aufgabe du_musst du_sollst sie_mussen sie_sollen
    ta_tache votre_tache tu_dois vous_devez ton_role votre_mission
    tu_tarea su_tarea debes tienes_que debe_usted tu_mision
    sua_tarefa voce_deve deve_agora sua_missao
    il_tuo_compito devi dovete la_tua_missione
    je_taak je_moet uw_taak u_moet jij_moet
    twoim_zadaniem musisz powinienes twoje_zadanie
    твоя_задача ты_должен вы_должны твое_задание ты_обязан ваша_задача
    твоє_завдання ти_повинен ви_повинні маєш
    gorevin goreviniz yapman_gereken zorundasin malisin
    你的任务 你的任務 你必须 你必須 你应该 你需要 你要 您必须 您的任务 要求你 你現在 你现在
    あなたの仕事 あなたの任務 あなたは しなければ あなたのタスク
    당신의_임무 당신의_작업 너의_임무 해야_합니다 해야_한다 당신은 너는
    مهمتك يجب_عليك عليك_ان يتعين_عليك
    आपका_काम आपको तुम्हें आपका_कार्य तुम्हारा_काम
    nhiệm_vụ_của bạn_phải bạn_cần bạn_hãy
    tugasmu tugas_anda kamu_harus anda_harus`,
  pretend: `
    pretend roleplay role_play act_as simulate imagine_you you_are_a you_are_an you_are_the impersonate behave_as
    fictional_scenario imaginary_scenario hypothetical_scenario in_a_fictional assume_the take_on_the play_the_role from_now_on pose_as respond_as operate_as you_become
    du_bist sie_sind_jetzt tu_so spiele_die von_nun_an ab_jetzt ab_sofort
    tu_es vous_etes fais_semblant desormais agis_comme comporte_toi a_partir_de joue_le
    eres finge actua_como a_partir_de de_ahora
    voce_e finja aja_como a_partir_de de_agora
    tu_sei fingi comportati d_ora_in da_ora
    je_bent doe_alsof vanaf_nu gedraag
    jestes udawaj od_teraz zachowuj
    ты_теперь притвор* представь_что отныне веди_себя вы_теперь с_этого_момента
    ти_тепер прикинь* відтепер уяви
    sen_artik gibi_davran bundan_sonra rolunu
    你是 你现在是 扮演 假装 假裝 从现在起 從現在 从现在开始 今后 充当
    あなたは今 になりき 演じ ふりをし 今から これから 今後
    지금부터 이제부터 역할을 척하* 연기하*
    تظاهر* انت_الان من_الان تصرف*
    अब_से आप_एक तुम_एक नाटक अभिनय
    từ_bây_giờ bạn_là đóng_vai giả_vờ từ_giờ
    mulai_sekarang kamu_adalah anda_adalah berpura*`,
  visit: `
    visit click go_to navigate follow_the_link open_the_link dial browse_to log_in login sign_in scan_the
    besuche* klick* clique* cliquez visitez haz_clic visita* clicca* klik* bezoek* kliknij* odwiedz* wejdz
    перейди* нажми* посети* позвони* перейді* натисн* відвіда* tikla tiklayin ziyaret*
    访问 点击 點擊 訪問 打开链接 拨打 アクセス クリック 訪問 클릭* 방문* 접속* انقر* اضغط* زر क्लिक जाएं truy_cập nhấp klik kunjungi`,
}
