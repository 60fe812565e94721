import {isLazaretteError} from '../../../base/errors.ts';
import type {CheckFinding} from './check-result.ts';

const kept = 1000;

/** Collects what a check finds; a repository that lost a million packs must not cost a million messages. */
export class Findings {
	readonly problems: CheckFinding[] = [];
	readonly warnings: CheckFinding[] = [];
	problemsTotal = 0;
	warningsTotal = 0;

	problem(object: string, message: string): void {
		this.problemsTotal++;
		if (this.problems.length < kept) this.problems.push({object, message});
	}

	warning(object: string, message: string): void {
		this.warningsTotal++;
		if (this.warnings.length < kept) this.warnings.push({object, message});
	}

	/** Runs `work`; damage it meets becomes a problem of `object`, every other failure is thrown. */
	async guard(object: string, work: () => Promise<void> | void): Promise<void> {
		try {
			await work();
		} catch (error) {
			this.damage(object, error);
		}
	}

	/** @throws the error, when it is not damage */
	damage(object: string, error: unknown): void {
		if (isLazaretteError(error, 'ObjectNotFound')) this.problem(object, `${object} vanished while it was checked`);
		else if (isLazaretteError(error, 'RepositoryDamaged') || isLazaretteError(error, 'UnsupportedVersion')) this.problem(object, error.message);
		else throw error;
	}
}
