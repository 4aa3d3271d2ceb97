package functional

// rank reorders v so that v[k] is what it would be if v were sorted, with nothing
// greater before it and nothing less after it: Hoare's selection, with the median
// of three as the pivot. v has no NaN. Cost O(len(v)) on average.
func rank(v []float64, k int) {
	low, high := 0, len(v)-1
	for low < high {
		mid := low + (high-low)/2
		if v[mid] < v[low] {
			v[mid], v[low] = v[low], v[mid]
		}
		if v[high] < v[low] {
			v[high], v[low] = v[low], v[high]
		}
		if v[high] < v[mid] {
			v[high], v[mid] = v[mid], v[high]
		}
		pivot := v[mid]
		i, j := low, high
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for pivot < v[j] {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		// Now v[low..j] <= pivot <= v[i..high], and all in between are the pivot.
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return
		}
	}
}

// next returns the least of v[k+1:], which is the next in order once rank has put
// v[k] in its place, and v[k] itself where that is the last.
func next(v []float64, k int) float64 {
	if k == len(v)-1 {
		return v[k]
	}
	least := v[k+1]
	for _, e := range v[k+2:] {
		if e < least {
			least = e
		}
	}
	return least
}
