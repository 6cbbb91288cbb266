// oracle.js FOLDER: what DuckDB, in its tolerant mode, makes of the CSVs in a folder: one JSON row for each group of raw values.
const fs = require('fs');
const path = require('path');
const { DuckDBInstance } = require('@duckdb/node-api');

(async () => {
  const folder = process.argv[2];
  const head = fs.readFileSync(path.join(folder, fs.readdirSync(folder).filter(n => n.endsWith('.csv')).sort()[0]), 'utf8').split('\n')[0].split(',');
  const columns = '{' + head.map(h => `'${h}': 'VARCHAR'`).join(', ') + '}';
  const db = await DuckDBInstance.create(':memory:', { threads: '2' });
  const c = await db.connect();
  const r = await c.runAndReadAll(`
    SELECT platform_name, category, category_addition, category_specification, source_type, decision_ground, decision_visibility, decision_account, automated_detection, automated_decision,
      ${head.includes('territorial_scope') ? 'territorial_scope,' : ''} date_diff('day', application_date[1:10]::DATE, created_at[1:10]::DATE) AS late,
      date_diff('day', content_date[1:10]::DATE, application_date[1:10]::DATE) AS old, count(*)::INTEGER AS n
    FROM read_csv('${folder}/*.csv', auto_detect = false, strict_mode = false, header = true, columns = ${columns}, delim = ',', quote = '"', escape = '\\', new_line = '\\n', max_line_size = 4000000)
    GROUP BY ALL`);
  // Told that a backslash escapes, it leaves doubled quotes as they stand: made single here.
  for (const row of r.getRowObjectsJson()) console.log(JSON.stringify(row, (k, v) => typeof v === 'string' ? v.replaceAll('""', '"') : v));
})().catch(e => { console.error(String(e)); process.exit(1); });
