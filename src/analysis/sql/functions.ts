import type { SqlDialect } from '../../kernel/facts.ts'
import type { SqlClass, SqlFlag } from './gather.ts'

/** What a function does beside computing. */
export interface Acting {
  readonly classes: readonly SqlClass[]
  readonly flags: readonly SqlFlag[]
}

const group = (
  names: string,
  classes: readonly SqlClass[],
  flags: readonly SqlFlag[] = [],
): readonly (readonly [string, Acting])[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, { classes, flags }] as const)

const words = (names: string): ReadonlySet<string> => new Set(names.trim().split(/\s+/))

/**
 * Functions that are known to act. A function in neither list is called `unknown-function` and is of
 * class `execute`: what this list lacks is never taken for harmless.
 */
export const ACTING: Readonly<Record<SqlDialect, ReadonlyMap<string, Acting>>> = {
  postgresql: new Map([
    ...group(
      `pg_read_file pg_read_binary_file pg_stat_file pg_ls_dir pg_ls_logdir pg_ls_waldir
      pg_ls_tmpdir pg_ls_archive_statusdir pg_ls_logicalmapdir pg_ls_logicalsnapdir
      pg_ls_replslotdir pg_ls_summariesdir pg_current_logfile pg_read_server_files`,
      ['admin'],
      ['file'],
    ),
    ...group(
      `lo_import lo_export pg_file_write pg_file_rename pg_file_unlink pg_file_sync
      pg_import_system_collations`,
      ['admin', 'write'],
      ['file'],
    ),
    ...group('lo_creat lo_create lo_from_bytea lo_put lowrite lo_truncate lo_truncate64', [
      'write',
    ]),
    ...group('lo_unlink', ['delete']),
    ...group(
      `dblink dblink_exec dblink_connect dblink_connect_u dblink_open dblink_fetch
      dblink_send_query dblink_get_result query_to_xml query_to_xmlschema query_to_xml_and_xmlschema
      cursor_to_xml cursor_to_xmlschema ts_stat crosstab crosstabn connectby xpath_table
      ts_rewrite`,
      ['execute'],
      ['dynamic'],
    ),
    ...group(
      `table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml
      schema_to_xmlschema schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema
      database_to_xml_and_xmlschema`,
      ['execute'],
      ['dynamic', 'star'],
    ),
    ...group('nextval setval currval lastval pg_nextoid', ['write']),
    ...group(
      `set_config pg_reload_conf pg_rotate_logfile pg_terminate_backend pg_cancel_backend
      pg_promote pg_switch_wal pg_create_restore_point pg_backup_start pg_backup_stop
      pg_wal_replay_pause pg_wal_replay_resume pg_stat_reset pg_stat_reset_shared
      pg_stat_reset_single_table_counters pg_stat_reset_slru pg_stat_statements_reset
      pg_create_physical_replication_slot pg_create_logical_replication_slot
      pg_drop_replication_slot pg_replication_origin_create pg_replication_origin_drop
      pg_logical_slot_get_changes pg_logical_emit_message pg_log_backend_memory_contexts
      pg_export_snapshot pg_restore_relation_stats pg_restore_attribute_stats
      pg_clear_relation_stats pg_clear_attribute_stats setseed`,
      ['admin'],
    ),
    ...group('pg_notify pg_sleep pg_sleep_for pg_sleep_until txid_current pg_current_xact_id', [
      'execute',
    ]),
    ...group(
      `pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared
      pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock
      pg_try_advisory_xact_lock_shared pg_advisory_unlock pg_advisory_unlock_shared
      pg_advisory_unlock_all`,
      ['execute'],
      ['locking'],
    ),
  ]),
  mysql: new Map([
    ...group('load_file', ['admin'], ['file']),
    ...group('sys_exec sys_eval sys_get sys_set lib_mysqludf_sys_info', ['execute'], ['program']),
    ...group('sleep benchmark master_pos_wait source_pos_wait wait_for_executed_gtid_set', [
      'execute',
    ]),
    ...group(
      'get_lock release_lock release_all_locks is_free_lock is_used_lock',
      ['execute'],
      ['locking'],
    ),
    ...group('last_insert_id nextval setval', ['write']),
  ]),
  sqlite: new Map([
    ...group('load_extension', ['execute'], ['program', 'file']),
    ...group('readfile lsdir fsdir', ['admin'], ['file']),
    ...group('writefile zipfile edit', ['admin', 'write'], ['file', 'program']),
    ...group('eval', ['execute'], ['dynamic']),
    ...group('fts3_tokenizer', ['execute'], ['program']),
  ]),
}

/** Functions that only compute. What each dialect has built in, without what reads settings or catalogs. */
export const HARMLESS: Readonly<Record<SqlDialect, ReadonlySet<string>>> = {
  postgresql: words(`
    abs acos acosd age array_agg array_append array_cat array_dims array_fill array_length
    array_lower array_ndims array_position array_positions array_prepend array_remove array_replace
    array_to_json array_to_string array_upper ascii asin asind atan atan2 atan2d atand avg
    bit_and bit_count bit_length bit_or bit_xor bool_and bool_or btrim cardinality casefold cbrt
    ceil ceiling char_length character_length chr clock_timestamp coalesce concat concat_ws convert_from
    convert_to corr cos cosd cosh cot cotd count covar_pop covar_samp cume_dist current_catalog
    current_database current_date current_role current_schema current_time current_timestamp
    current_user date_add date_bin date_part date_subtract date_trunc decode degrees dense_rank div
    encode every exp extract factorial family first_value floor format gcd gen_random_uuid
    generate_series generate_subscripts get_bit get_byte greatest host initcap json_agg
    json_array_elements json_array_elements_text json_array_length json_build_array
    json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
    json_object_agg json_object_keys json_strip_nulls json_to_record json_to_recordset json_typeof
    jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
    jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text
    jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys jsonb_path_exists jsonb_path_match
    jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set
    jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours
    justify_interval lag last_value lcm lead least left length like_escape ln localtime
    localtimestamp log log10 lower lower_inc lower_inf lpad ltrim make_date make_interval make_time
    make_timestamp make_timestamptz masklen max md5 min mod mode netmask network normalize now
    nth_value ntile num_nonnulls num_nulls nullif octet_length overlay parse_ident percent_rank
    percentile_cont percentile_disc pi plainto_tsquery phraseto_tsquery position power quote_ident
    quote_literal quote_nullable radians random range_merge rank regexp_count regexp_instr
    regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
    regexp_split_to_table regexp_substr regr_avgx regr_avgy regr_count regr_intercept regr_r2
    regr_slope repeat replace reverse right round row_number row_to_json rpad rtrim scale
    session_user setweight sha224 sha256 sha384 sha512 sign sin sind sinh split_part sqrt
    starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array
    string_to_table strip strpos substr substring sum tan tand tanh text timeofday timezone to_ascii to_bin
    to_char to_date to_hex to_json to_jsonb to_number to_oct to_timestamp to_tsquery to_tsvector
    transaction_timestamp translate trim trim_array trim_scale trunc ts_headline ts_rank ts_rank_cd
    tsvector_to_array unistr unnest upper upper_inc upper_inf user uuidv4 uuidv7 var_pop var_samp
    variance version websearch_to_tsquery width_bucket xmlagg xmlcomment xmlconcat xmlelement
    xmlforest xpath xpath_exists`),
  mysql: words(`
    abs acos adddate addtime aes_decrypt aes_encrypt any_value ascii asin atan atan2 avg bin
    bin_to_uuid bit_and bit_count bit_length bit_or bit_xor cast ceil ceiling char char_length
    character_length charset coalesce coercibility collation compress concat concat_ws
    connection_id conv convert convert_tz cos cot count crc32 cume_dist curdate current_date
    current_time current_timestamp current_user curtime database date date_add date_format date_sub
    datediff day dayname dayofmonth dayofweek dayofyear degrees dense_rank elt exp export_set
    extract extractvalue field find_in_set first_value floor format format_bytes found_rows
    from_base64 from_days from_unixtime get_format greatest group_concat grouping hex hour if
    ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr interval is_ipv4 is_ipv6 is_uuid
    isnull json_array json_array_append json_array_insert json_arrayagg json_contains
    json_contains_path json_depth json_extract json_insert json_keys json_length json_merge_patch
    json_merge_preserve json_object json_objectagg json_overlaps json_pretty json_quote json_remove
    json_replace json_search json_set json_storage_size json_type json_unquote json_valid
    json_value lag last_day last_value lcase lead least left length ln localtime localtimestamp
    locate log log10 log2 lower lpad ltrim make_set makedate maketime match max md5 microsecond mid
    min minute mod month monthname now nth_value ntile nullif oct octet_length ord percent_rank
    period_add period_diff pi position pow power quarter quote radians rand random_bytes rank
    regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right round
    row_count row_number rpad rtrim schema sec_to_time second session_user sha sha1 sha2 sign sin
    soundex space sqrt st_astext st_distance std stddev stddev_pop stddev_samp str_to_date strcmp
    subdate substr substring substring_index subtime sum sysdate system_user tan time time_format
    time_to_sec timediff timestamp timestampadd timestampdiff to_base64 to_days to_seconds trim
    truncate ucase uncompress unhex unix_timestamp upper user utc_date utc_time utc_timestamp uuid
    uuid_short uuid_to_bin values var_pop var_samp variance version week weekday weekofyear
    year yearweek`),
  sqlite: words(`
    abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling changes char coalesce concat
    concat_ws cos cosh count cume_dist current_date current_time current_timestamp date datetime
    degrees dense_rank exp first_value floor format generate_series glob group_concat hex highlight
    ifnull if iif instr json json_array json_array_insert json_array_length json_each
    json_error_position json_extract json_group_array json_group_object json_insert json_object
    json_patch json_pretty json_quote json_remove json_replace json_set json_tree json_type
    json_valid jsonb jsonb_array jsonb_each jsonb_extract jsonb_group_array jsonb_group_object
    jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set jsonb_tree julianday
    lag last_insert_rowid last_value lead length like likelihood likely ln log log10 log2 lower
    ltrim match max median min mod nth_value ntile nullif octet_length percent_rank percentile
    percentile_cont percentile_disc pi pow power printf quote radians random randomblob rank regexp
    replace round row_number rtrim sign sin sinh snippet soundex sqlite_source_id sqlite_version
    sqrt strftime string_agg substr substring sum tan tanh time timediff total total_changes trim
    trunc typeof unhex unicode unistr unistr_quote unixepoch unlikely upper zeroblob`),
}
