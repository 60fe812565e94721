/** A look at one thing that must be well: undefined, or what is wrong. Must return at once. */
export type HealthCheck = () => string | undefined;

export type HealthReport = {healthy: boolean; checks: Array<{name: string; problem: string | undefined}>};

export type HealthChecks = {
	/** @throws when the name is taken */
	add(name: string, check: HealthCheck): void;
	report(): HealthReport;
};

/** The checks behind one probe, `/livez` or `/readyz`. A check that throws has failed. */
export function createHealthChecks(): HealthChecks {
	const checks = new Map<string, HealthCheck>();
	return {
		add(name, check) {
			if (checks.has(name)) throw new Error(`there is a health check ${name} already`);
			checks.set(name, check);
		},
		report() {
			const results = [...checks].map(([name, check]) => ({name, problem: outcomeOf(check)}));
			return {healthy: results.every(({problem}) => problem === undefined), checks: results};
		},
	};
}

function outcomeOf(check: HealthCheck): string | undefined {
	try {
		return check();
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
