import test from 'ava';
import {CommanderError} from 'commander';
import {parseOptions} from '../../src/operator/parse-options.ts';

const image = ['--mover-image', 'registry.example.net/lazarette:1'];

/** The parser tells people on stderr what is wrong. */
function refused(argv: string[]): string {
	const write = process.stderr.write.bind(process.stderr);
	let said = '';
	process.stderr.write = (text: string | Uint8Array) => {
		said += String(text);
		return true;
	};
	try {
		parseOptions(argv);
		return 'accepted';
	} catch (error) {
		if (error instanceof CommanderError) return said;
		throw error;
	} finally {
		process.stderr.write = write;
	}
}

test.serial('an operator needs to be told nothing: its image is that of its own pod', t => {
	t.like(parseOptions([]), {image: {}, logLevel: 'info'});
	t.is(parseOptions([]).image.name, undefined);
	t.like(parseOptions(image), {image: {name: 'registry.example.net/lazarette:1'}, logLevel: 'info', metrics: {host: '', port: 8080}, probes: {host: '', port: 8081}});
	t.is(parseOptions(image).leaderElection, undefined);
	t.is(parseOptions(image).namespaces, undefined);
});

test.serial('twenty movers work at once unless a flag says otherwise, and 0 is no limit', t => {
	t.deepEqual(parseOptions([]).moverLimits, {operator: 20});
	t.deepEqual(parseOptions(['--max-movers', '0', '--max-movers-per-namespace', '4', '--max-movers-per-node=2']).moverLimits, {namespace: 4, node: 2});
	for (const wrong of ['-1', '1.5', 'many']) t.regex(refused([`--max-movers=${wrong}`]), /whole number/v);
});

test.serial('schedules may rest after ten minutes of following pods, unless a flag says otherwise', t => {
	t.is(parseOptions([]).podsFollowedMs, 600_000);
	t.is(parseOptions(['--rest-after=60']).podsFollowedMs, 60_000);
	t.regex(refused(['--rest-after=1m']), /whole number of seconds/v);
});

test.serial('every flag has its effect', t => {
	const options = parseOptions([...image, '--mover-image-pull-policy', 'Always', '--mover-image-pull-secret', 'a, b', '--namespace', 'shop,web', '--leader-elect', '--lease-namespace', 'system', '--lease-name', 'l', '--log-level', 'debug', '--metrics-address', '[::1]:9', '--probe-address', 'off']);
	t.like(options, {image: {name: image[1]!, pullPolicy: 'Always', pullSecrets: ['a', 'b']}, namespaces: ['shop', 'web'], leaderElection: {namespace: 'system', name: 'l'}, logLevel: 'debug', metrics: {host: '::1', port: 9}});
	t.is(options.probes, undefined);
});

test.serial('the environment says what the command line does not', t => {
	process.env['LAZARETTE_MOVER_IMAGE'] = 'from/environment';
	process.env['LAZARETTE_LEADER_ELECT'] = 'false';
	try {
		t.is(parseOptions([]).image.name, 'from/environment');
		t.is(parseOptions(image).image.name, image[1]!);
		t.is(parseOptions([]).leaderElection, undefined);
		process.env['LAZARETTE_LEADER_ELECT'] = 'true';
		t.truthy(parseOptions([]).leaderElection);
	} finally {
		delete process.env['LAZARETTE_MOVER_IMAGE'];
		delete process.env['LAZARETTE_LEADER_ELECT'];
	}
});

test.serial('what cannot be meant is refused with the flag\'s name', t => {
	t.regex(refused([...image, '--log-level', 'loud']), /--log-level/v);
	t.regex(refused([...image, '--metrics-address', '8080']), /host:port/v);
	t.regex(refused([...image, '--probe-address', ':99999']), /host:port/v);
	t.regex(refused([...image, '--leader-elect', 'maybe']), /true or false/v);
	t.regex(refused([...image, '--moverimage', 'x']), /unknown option/v);
});

test.serial('two operators never have the same identity', t => {
	t.not(parseOptions(image).identity, parseOptions(image).identity);
});
