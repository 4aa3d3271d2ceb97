package functional_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"matheron/functional"
	"matheron/pathwise"
)

func TestEachKeepsTheOrder(t *testing.T) {
	paths := worked(32)
	at := func(_ context.Context, f pathwise.Path) (float64, error) { return f.At([]float64{0.7}), nil }
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []float64
	for _, workers := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(workers)
		got, err := functional.Each(context.Background(), paths, at)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
			for s, v := range got {
				within(t, "value", v, paths.Path(s).At([]float64{0.7}), 0)
			}
		}
		if !slices.Equal(got, first) {
			t.Errorf("%d workers give other results", workers)
		}
	}
}

func TestEachReportsTheFirstFailure(t *testing.T) {
	broken := errors.New("broken")
	f := constants(0, 1, 2, 3, 4, 5, 6, 7)
	for range 50 {
		_, err := functional.Each(context.Background(), f, func(_ context.Context, p formula) (int, error) {
			if p.At(nil) >= 3 {
				return 0, broken
			}
			return 1, nil
		})
		var path *functional.PathError
		if !errors.As(err, &path) || path.Path != 3 || !errors.Is(err, broken) {
			t.Fatalf("error %v", err)
		}
	}
}

func TestEachStopsAtAFailure(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	calls := 0
	_, err := functional.Each(context.Background(), constants(0, 1, 2, 3), func(_ context.Context, p formula) (int, error) {
		calls++
		return 0, errors.New("broken")
	})
	if err == nil || calls != 1 {
		t.Errorf("%d calls, error %v", calls, err)
	}
}

func TestEachStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	got, err := functional.Each(ctx, constants(0, 1, 2, 3), func(_ context.Context, p formula) (float64, error) {
		if p.At(nil) == 1 {
			cancel()
		}
		return 10 + p.At(nil), nil
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(got, []float64{10, 11, 0, 0}) {
		t.Errorf("results %v, error %v", got, err)
	}
}
