/**
What a suite on the real cluster says, in its own words: claims with files, backups, restores, equal trees, nothing left over.

Every test has a namespace of its own, made by the first fixture that it calls and gone when the test ends. All objects in it are watched from the
first moment on, and when the test ends, every version of every Lazarette object that the API server has ever stored is held against the
conditions contract, every mover against what movers may do, and everything against the secrets it must not tell. A test fails for that alone.

No fixture sleeps. Whatever is waited for is waited for by watching it, with a limit, and a wait that ends in vain tells how the namespace looks.
*/
export {abilities, testWith} from './_abilities.ts';
export {namespaceFor, spaceOf} from './_space.ts';
export type {Space} from './_space.ts';
export {claimWith, emptyClaim} from './_claims.ts';
export type {Claim} from './_claims.ts';
export {startWriter} from './_writer.ts';
export {useClaim} from './_pods.ts';
export {repositoryFor} from './_repository.ts';
export {applyBackup, backUp} from './_backup.ts';
export {applySchedule} from './_schedules.ts';
export {applyRestore, restoreInto} from './_restore.ts';
export {conditionOf, ended, waitForReason} from './_conditions.ts';
export {sameTree, treeOf} from './_trees.ts';
export {noLeftovers} from './_leftovers.ts';
export {restic, resticTree} from './_restic.ts';
export {storeGate} from './_store-gate.ts';
export type {StoreGate} from './_store-gate.ts';
