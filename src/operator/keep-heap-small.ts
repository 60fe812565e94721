import {setFlagsFromString} from 'node:v8';

/**
Lists that fill the caches leave garbage several times the size of what is kept, and V8 would rather grow than collect it. An operator's work is waiting, so it can
afford to collect early; to be called before the caches fill. (V8: the heap grows by smaller factors, `MemoryController::GrowingFactor`.)
*/
export const keepHeapSmall = (): void => setFlagsFromString('--optimize-for-size');
