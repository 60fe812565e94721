import {isLazaretteError} from '../../../base/errors.ts';
import type {LazaretteError} from '../../../base/errors.ts';
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
		if (!isDamage(error)) throw error;
		this.problem(object, error.code === 'ObjectNotFound' ? `${object} vanished while it was checked` : error.message);
	}

	/** Takes over what another has collected. */
	append(other: Findings): void {
		this.problems.push(...other.problems.slice(0, kept - this.problems.length));
		this.warnings.push(...other.warnings.slice(0, kept - this.warnings.length));
		this.problemsTotal += other.problemsTotal;
		this.warningsTotal += other.warningsTotal;
	}
}

/** Whether an error is about what is stored, and not about reaching it. */
export const isDamage = (error: unknown): error is LazaretteError => isLazaretteError(error, 'ObjectNotFound') || isLazaretteError(error, 'RepositoryDamaged') || isLazaretteError(error, 'UnsupportedVersion');
