import type {KubeObject, ObjectMeta} from './object.ts';

/** The generated client's model of a kind as it travels in JSON: times are strings, and identity is always there. */
export type Wire<Model> = Omit<Plain<Model>, keyof KubeObject> & Pick<KubeObject, 'apiVersion' | 'kind'> & {metadata: ObjectMeta};

type Plain<T> = T extends Date ? string : T extends readonly (infer Item)[] ? Plain<Item>[] : T extends object ? {[Key in keyof T]: Plain<T[Key]>} : T;
