import {complain} from './checked-object.ts';
import type {StatusRule} from './checked-object.ts';

/** Rule 1: Ready is there as soon as a controller has seen the object; before that there is nothing but observedGeneration -1. */
export const seen: StatusRule = ({object, status, conditions, find}) => {
	const observed = status.observedGeneration;
	if (observed === undefined) return ['status.observedGeneration is absent; tools that wait would take the object for current'];
	if (observed === -1) return complain(conditions.length > 0, 'status.observedGeneration is -1 although conditions are set');

	const {generation} = object.metadata;
	return [
		...complain(!find('Ready'), 'Ready is absent although the object was seen'),
		...complain(generation !== undefined && observed > generation, `status.observedGeneration ${observed} is ahead of metadata.generation ${generation}`),
	];
};

/** Rule 4: a condition judges a generation that exists, and a Ready object was judged as a whole. */
export const generations: StatusRule = ({status, conditions, is}) =>
	conditions.flatMap(({type, observedGeneration}) => {
		const whole = status.observedGeneration ?? -1;
		if (!Number.isInteger(observedGeneration) || observedGeneration < 0) return [`${type} does not say which generation it judges`];
		return [
			...complain(observedGeneration > whole, `${type} judges generation ${observedGeneration}, ahead of status.observedGeneration ${whole}`),
			...complain(is('Ready') === 'True' && observedGeneration !== whole, `Ready is True for generation ${whole} although ${type} judges generation ${observedGeneration}`),
		];
	});
