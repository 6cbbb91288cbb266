// sor_peer.js FOLDER THREADS: DuckDB, in its tolerant mode, over the plain CSVs of a folder: five columns and the sums of two spans of days, which is
// less than the cube has. Prints seconds of wall and of all cores, rows and groups.
const fs = require('fs');
const path = require('path');
const { DuckDBInstance } = require('@duckdb/node-api');

(async () => {
  const [folder, threads] = process.argv.slice(2);
  const fd = fs.openSync(path.join(folder, fs.readdirSync(folder).filter(n => n.endsWith('.csv')).sort()[0]), 'r');
  const piece = Buffer.alloc(8192);
  const head = piece.toString('utf8', 0, fs.readSync(fd, piece, 0, piece.length, 0)).split('\n')[0].split(',');
  const columns = '{' + head.map(h => `'${h}': 'VARCHAR'`).join(', ') + '}';
  const db = await DuckDBInstance.create(':memory:', { threads });
  const c = await db.connect();
  const wall = process.hrtime.bigint(), cpu = process.cpuUsage();
  const r = await c.runAndReadAll(`
    SELECT platform_name, category, source_type, decision_ground, decision_visibility, count(*)::INTEGER AS n,
      sum(date_diff('day', application_date[1:10]::DATE, created_at[1:10]::DATE)) AS late, sum(date_diff('day', content_date[1:10]::DATE, application_date[1:10]::DATE)) AS old
    FROM read_csv('${folder}/*.csv', auto_detect = false, strict_mode = false, header = true, columns = ${columns}, delim = ',', quote = '"', escape = '\\', new_line = '\\n', max_line_size = 4000000)
    GROUP BY ALL`);
  const rows = r.getRowObjectsJson(), used = process.cpuUsage(cpu);
  console.log(JSON.stringify({ wall: Number(process.hrtime.bigint() - wall) / 1e9, cpu: (used.user + used.system) / 1e6, rows: rows.reduce((n, x) => n + Number(x.n), 0), groups: rows.length }));
})().catch(e => { console.error(String(e)); process.exit(1); });
