import {emptyFiles} from './empty-files.ts';
import {fileTree} from './file-tree.ts';
import {postgresql} from './postgresql/postgresql.ts';
import {randomBytes} from './random-bytes.ts';
import {textLog} from './text-log.ts';
import type {DataSet} from './data-set.ts';
import type {SetName} from './set-names.ts';

export const dataSets: Readonly<Record<SetName, DataSet>> = {text: textLog, random: randomBytes, tree: fileTree, empty: emptyFiles, postgresql};
