import {readFileSync} from 'node:fs';

/** What Go itself says; made by test/fixtures/go-quote. */
export type GoGolden = {
	unicodeVersion: string;
	boundaries: number[];
	/** `raw` is base64 of a file name's bytes. */
	texts: Array<{raw: string; quote: string; json: string}>;
	unquotes: Array<{text: string; raw: string; ok: boolean}>;
	instants: Array<{seconds: string; nanos: number; text: string}>;
	parsed: Array<{text: string; nano: string; ok: boolean}>;
};

export const goGolden = JSON.parse(readFileSync(new URL('../../../fixtures/go-quote/golden.json', import.meta.url), 'utf8')) as GoGolden;
