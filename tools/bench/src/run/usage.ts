import { writeFileSync } from 'node:fs';

// Loaded before the program that is measured.
const file = process.env['ENROLLKIT_BENCH_USAGE'];
if (file !== undefined) process.on('exit', () => writeFileSync(file, JSON.stringify(process.resourceUsage())));
