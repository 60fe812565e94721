import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {keyOfObject} from '../../kube/object.ts';
import {byRepository} from '../shared/indexes.ts';
import type {ControllerCaches} from '../shared/controller-caches.ts';
import type {RetentionSchedule} from './plan/retention-scopes.ts';

/** The schedules whose runs go into a repository. */
export const schedulesOf = (repository: BackupRepository, {schedules}: Pick<ControllerCaches, 'schedules'>): readonly RetentionSchedule[] => schedules.store.byIndex(byRepository, keyOfObject(repository));
