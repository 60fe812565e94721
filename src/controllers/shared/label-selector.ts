export type LabelSelector = {
	matchLabels?: Record<string, string>;
	matchExpressions?: ReadonlyArray<{key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: readonly string[]}>;
};

/** As the API server selects: all requirements must hold, and an empty selector matches everything. */
export function matchesSelector({matchLabels = {}, matchExpressions = []}: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
	return (
		Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
		matchExpressions.every(({key, operator, values = []}) => {
			const value = labels[key];
			switch (operator) {
				case 'Exists': return value !== undefined;
				case 'DoesNotExist': return value === undefined;
				case 'In': return value !== undefined && values.includes(value);
				// A missing label is in no list.
				case 'NotIn': return value === undefined || !values.includes(value);
			}
		})
	);
}
